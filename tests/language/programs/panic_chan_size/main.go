// A channel of negative size.
package main

import "fmt"

func size(n int) int { return n - 5 }

func main() {
	fmt.Println(cap(make(chan int, size(8))))
	fmt.Println(cap(make(chan int, size(3))))
}
