// A worker commits, then tells that it was cancelled if the cancellation has come by then. Exit status 4: the caller believes what is not so.
package main

import (
	"context"
	"os"
	"runtime"
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
	ctx, cancel := context.WithCancel(context.Background())
	committed := false
	result := make(chan error, 1)
	go func() {
		meet(&here)
		if ctx.Err() != nil {
			result <- ctx.Err()
			return
		}
		for range 200 {
		}
		committed = true
		result <- ctx.Err()
	}()
	meet(&here)
	for range 200 {
	}
	cancel()
	if err := <-result; err != nil && committed {
		os.Exit(4)
	}
}
