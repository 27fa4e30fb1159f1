// Poll_order, one P: a select of five cases of which four can proceed takes each
// of them as often as the others: the poll order is a random permutation. Prints
// how often each was taken.
package main

import "fmt"

const turns = 4000

func full() chan int {
	c := make(chan int, turns)
	for i := 0; i < turns; i++ {
		c <- i
	}
	return c
}

func main() {
	a, b, c, d := full(), full(), full(), full()
	never := make(chan int)
	var taken [4]int
	for i := 0; i < turns; i++ {
		select {
		case <-a:
			taken[0]++
		case <-never:
		case <-b:
			taken[1]++
		case <-c:
			taken[2]++
		case <-d:
			taken[3]++
		}
	}
	for _, n := range taken {
		fmt.Println(n)
	}
}
