// Bool: operators, short circuit, conditions of all loops.
package main

import "fmt"

var calls int

func yes(v bool) bool {
	calls++
	return v
}

func main() {
	for _, a := range []bool{false, true} {
		for _, b := range []bool{false, true} {
			fmt.Println(a, b, !a, a && b, a || b, a == b, a != b)
		}
	}
	fmt.Println(yes(false) && yes(true), calls)
	fmt.Println(yes(true) || yes(true), calls)
	fmt.Println(yes(true) && (yes(false) || yes(true)), calls)
	n := 0
	for n < 5 && !(n == 3) {
		n++
	}
	fmt.Println(n)
	flags := [3]bool{1: true}
	flags[2] = flags[0] != flags[1]
	fmt.Println(flags[0], flags[1], flags[2])
}
