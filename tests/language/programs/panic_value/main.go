// Panic with a string; deferred calls run first.
package main

import "fmt"

func fail(n int) {
	defer fmt.Println("deferred", n)
	if n == 0 {
		panic("nothing left")
	}
	fail(n - 1)
}

func main() {
	fail(2)
}
