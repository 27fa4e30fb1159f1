package counter

import (
	"sync"
	"testing"
)

func TestAdd(t *testing.T) {
	var c Counter
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { c.Add(1) })
	}
	wg.Wait()
	if c.count != 2 {
		t.Errorf("count is %d, not 2", c.count)
	}
}

func TestAnswer(t *testing.T) {
	slow, fast := make(chan int), make(chan int, 1)
	go func() { slow <- 1 }()
	go func() { fast <- 1 }()
	select {
	case <-slow:
	case <-fast:
	}
}
