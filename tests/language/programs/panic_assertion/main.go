// A type assertion fails.
package main

import "fmt"

func number(x any) int { return x.(int) }

func main() {
	fmt.Println(number(3))
	fmt.Println(number("three"))
}
