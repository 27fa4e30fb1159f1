// Two goroutines close a channel after having asked whether it is closed.
// Mended: sync.Once.
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
	stop := make(chan bool)
	var once sync.Once
	halt := func() {
		once.Do(func() { close(stop) })
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			meet(&here)
			halt()
		})
	}
	wg.Wait()
	once.Do(func() {})
}
