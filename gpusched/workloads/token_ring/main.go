// Token_ring asks what handing over one token costs when all goroutines but one
// are parked: members in a ring pass it on over unbuffered channels.
package main

import (
	"fmt"
	"time"

	"gpusched/work"
)

const (
	members = 100
	rounds  = 100

	hold time.Duration = 0 // computing while holding the token
)

func member(in, out chan int) {
	for token := range in {
		work.CPU(hold)
		out <- token + 1
	}
	close(out)
}

func main() {
	lap := work.Histogram("lap")
	first := make(chan int)
	last := first
	for i := 0; i < members; i++ {
		next := make(chan int)
		go member(last, next)
		last = next
	}
	token := 0
	for i := 0; i < rounds; i++ {
		start := time.Now()
		first <- token
		token = <-last
		lap.Since(start)
	}
	close(first)
	<-last
	fmt.Println("hops", token)
	work.Snapshot("end")
}
