// An index beyond an array, and a slice of it whose bounds are reversed.
package main

import "fmt"

func at(i int) int {
	a := [4]int{1, 2, 3, 4}
	return a[i]
}

func part(s []int, i, j int) int { return len(s[i:j]) }

func main() {
	s := make([]int, 3, 10)
	fmt.Println(at(3), part(s, 1, 7))
	fmt.Println(part(s, 3, 2))
}
