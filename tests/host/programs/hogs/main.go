// Hogs computes on several goroutines and says when each ended.
package main

import (
	"sync"
	"time"

	"gpusched/work"
)

const (
	hogs = 4

	each time.Duration = 30 * time.Millisecond
)

func main() {
	start := time.Now()
	ended := make([]time.Duration, hogs)
	var wg sync.WaitGroup
	for i := range hogs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work.CPU(each)
			ended[i] = time.Since(start)
		}()
	}
	wg.Wait()
	for _, end := range ended {
		println(end.Microseconds())
	}
}
