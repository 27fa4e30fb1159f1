// Same_channel, one P: a goroutine that is blocked in a select of two cases of
// the same channel is served by either of them as often. Prints how often each was.
package main

import "fmt"

const turns = 2000

func main() {
	c := make(chan int)
	go func() {
		for i := 0; i < turns; i++ {
			c <- i
		}
	}()
	var taken [2]int
	for i := 0; i < turns; i++ {
		select {
		case <-c:
			taken[0]++
		case <-c:
			taken[1]++
		}
	}
	fmt.Println(taken[0])
	fmt.Println(taken[1])
}
