// A method that holds the lock calls another that takes it, on a path that is only taken if the value is not there yet.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

type cache struct {
	mu    sync.Mutex
	value int
}

func (c *cache) fill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.value == 0 {
		c.value = 42
	}
}

func (c *cache) get() int {
	c.mu.Lock()
	if c.value == 0 {
		c.fill()
	}
	defer c.mu.Unlock()
	return c.value
}

// meet returns when two goroutines have called it.
func meet(here *atomic.Int64) {
	here.Add(1)
	for here.Load() < 2 {
		runtime.Gosched()
	}
}

func main() {
	var here atomic.Int64
	var c cache
	done := make(chan bool)
	go func() {
		meet(&here)
		c.fill()
		done <- true
	}()
	go func() {
		meet(&here)
		c.get()
		done <- true
	}()
	<-done
	<-done
}
