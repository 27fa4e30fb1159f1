package bytealg

// MaxBruteForce is the longest text in which Index looks for anything; MaxLen stays 0, so that longer ones are searched by their first byte.
const MaxBruteForce = 64

// Cutover is how many failed tries of a first byte are enough.
func Cutover(n int) int { return (n + 16) / 8 }
