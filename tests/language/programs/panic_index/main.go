// Index out of range.
package main

import "fmt"

func at(s []int, i int) int { return s[i] }

func main() {
	fmt.Println(at([]int{1, 2, 3}, 2))
	fmt.Println(at([]int{1, 2, 3}, 5))
}
