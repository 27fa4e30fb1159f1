// Add is called in the goroutine that it counts, so Wait may return before. Exit status 4: work is missing.
package main

import (
	"os"
	"sync"
	"sync/atomic"
)

func main() {
	var wg sync.WaitGroup
	var finished atomic.Int64
	for range 4 {
		go func() {
			wg.Add(1)
			defer wg.Done()
			for range 100 {
			}
			finished.Add(1)
		}()
	}
	wg.Wait()
	if finished.Load() != 4 {
		os.Exit(4)
	}
}
