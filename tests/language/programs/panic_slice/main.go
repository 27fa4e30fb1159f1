// Slice bounds out of range.
package main

import "fmt"

func cut(s []int, lo, hi int) []int { return s[lo:hi] }

func main() {
	fmt.Println(len(cut([]int{1, 2, 3}, 1, 3)))
	fmt.Println(len(cut([]int{1, 2, 3}, 3, 1)))
}
