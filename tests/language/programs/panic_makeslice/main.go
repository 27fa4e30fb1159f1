// A slice is made with a negative length.
package main

import "fmt"

func blank(n int) []int { return make([]int, n) }

func main() {
	fmt.Println(len(blank(3)))
	fmt.Println(len(blank(-1)))
}
