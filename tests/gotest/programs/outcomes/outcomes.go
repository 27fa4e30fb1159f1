// Package outcomes is tested in every way in which a test can end.
package outcomes

// Double is what the tests look at.
func Double(n int) int { return 2 * n }
