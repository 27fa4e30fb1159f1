// The lock is held over a send whose receiver takes the lock before it receives.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// meet returns when two goroutines have called it.
func meet(here *atomic.Int64) {
	here.Add(1)
	for here.Load() < 2 {
		runtime.Gosched()
	}
}

func main() {
	var here atomic.Int64
	var mu sync.Mutex
	shared := 0
	values := make(chan int)
	done := make(chan bool)
	go func() {
		meet(&here)
		mu.Lock()
		shared++
		v := shared
		values <- v
		mu.Unlock()
		done <- true
	}()
	go func() {
		meet(&here)
		mu.Lock()
		shared++
		mu.Unlock()
		<-values
		done <- true
	}()
	<-done
	<-done
}
