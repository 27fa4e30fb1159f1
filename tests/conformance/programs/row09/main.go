// Row09, two Ps: main starts eight goroutines and computes on, so the other P
// steals them: of a ring of n the ceil(n/2) oldest, of which it runs the last
// first; runnext (number 7) only when the ring is empty. Rings: 7, 3, 1.
package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"gpusched/work"
)

const (
	quiet time.Duration = 2 * time.Millisecond
	busy  time.Duration = 5 * time.Millisecond
)

var (
	place atomic.Int32
	order [8]int32
)

func f(i int32) {
	order[place.Add(1)-1] = i
}

func main() {
	time.Sleep(quiet)
	work.CPU(quiet)
	for i := int32(0); i < 8; i++ {
		go f(i)
	}
	work.CPU(busy)
	fmt.Print("stolen ", place.Load(), " order")
	for _, i := range order {
		fmt.Print(" ", i)
	}
	fmt.Println()
}
