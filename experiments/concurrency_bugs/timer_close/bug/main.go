// A timer's function sends on a channel that is closed meanwhile: Stop does not wait for a function that has begun.
package main

import (
	"sync"
	"time"
)

func main() {
	var mu sync.Mutex
	closed := false
	ticks := make(chan int, 1)
	timer := time.AfterFunc(time.Millisecond, func() {
		mu.Lock()
		defer mu.Unlock()
		_ = closed
		ticks <- 1
	})
	time.Sleep(time.Millisecond)
	timer.Stop()
	mu.Lock()
	closed = true
	close(ticks)
	mu.Unlock()
	time.Sleep(3 * time.Millisecond)
	_ = closed
}
