// A call of a nil function.
package main

import "fmt"

var f func(int) int

func main() {
	fmt.Println("before")
	fmt.Println(f(1))
}
