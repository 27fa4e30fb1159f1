// Skynet asks what starting and ending very many goroutines costs: a tree of
// them, each with div children, whose leaves send their number up to the root.
package main

import "fmt"

const (
	leaves = 1000000
	div    = 10
)

func skynet(up chan int, number, size int) {
	if size <= 1 {
		up <- number
		return
	}
	children := make(chan int)
	part := size / div
	for i := 0; i < div; i++ {
		go skynet(children, number+i*part, part)
	}
	sum := 0
	for i := 0; i < div; i++ {
		sum += <-children
	}
	up <- sum
}

func main() {
	result := make(chan int)
	go skynet(result, 0, leaves)
	fmt.Println(<-result)
}
