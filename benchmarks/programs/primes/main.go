// Package main counts primes by trial division: nothing but local instructions.
package main

import "fmt"

const limit = 1000000

func prime(n int) bool {
	for d := 3; d*d <= n; d += 2 {
		if n%d == 0 {
			return false
		}
	}
	return true
}

func main() {
	count := 1
	for n := 3; n < limit; n += 2 {
		if prime(n) {
			count++
		}
	}
	fmt.Println(count)
}
