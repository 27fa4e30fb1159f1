// The waiter does not ask whether what it waits for has happened already, so a signal before its Wait is lost.
// Mended: it asks, under the lock, in a loop.
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
	ready := false
	cond := sync.NewCond(&mu)
	done := make(chan bool)
	go func() {
		meet(&here)
		mu.Lock()
		for !ready {
			cond.Wait()
		}
		mu.Unlock()
		done <- ready
	}()
	go func() {
		meet(&here)
		mu.Lock()
		ready = true
		mu.Unlock()
		cond.Signal()
		done <- true
	}()
	<-done
	<-done
}
