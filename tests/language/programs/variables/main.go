// Package variables in order of dependence, and several init functions.
package main

import "fmt"

var (
	a = b + 1
	b = f("b", 10)
	c = f("c", a)

	table  = [3]int{c, b, a}
	list   = []string{"x", "y"}
	square = func(x int) int { return x * x }
	ptr    = &a
)

func f(name string, v int) int {
	fmt.Println("init of", name, v)
	return v * 2
}

func init() {
	fmt.Println("first init", a, b, c)
	list = append(list, "z")
}

func init() {
	fmt.Println("second init", len(list))
	*ptr = 5
}

var last = f("last", 1)

func main() {
	fmt.Println(a, b, c, table[0], table[1], table[2], list[2], square(a), last)
	a, b = b, a
	fmt.Println(a, b, *ptr)
}
