// The last producer closes the channel, but who is the last is asked before the own end is counted: nobody may be.
// Mended: counting and asking are one operation.
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
		if working.Add(-1) == 0 {
			close(values)
		}
	}
	go produce(10)
	go produce(10)
	for range values {
	}
}
