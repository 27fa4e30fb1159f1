// A timer's function sends on a channel that is closed meanwhile: Stop does not wait for a function that has begun.
// Mended: the function tells by a lock and a flag whether the channel is still open.
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
		if closed {
			return
		}
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
