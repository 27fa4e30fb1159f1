// The last producer closes the channel, but who is the last is asked before the own end is counted: nobody may be.
package main

import "sync/atomic"

func main() {
	values := make(chan int)
	var working atomic.Int64
	working.Store(2)
	produce := func(n int) {
		for i := range n {
			values <- i
		}
		if working.Load() == 1 {
			close(values)
		}
		working.Add(-1)
	}
	go produce(10)
	go produce(10)
	for range values {
	}
}
