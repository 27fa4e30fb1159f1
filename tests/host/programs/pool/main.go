// Pool computes: a few hundred goroutines at once, each for some milliseconds.
package main

import (
	"sync"
	"time"

	"gpusched/work"
)

const (
	jobs = 200

	service time.Duration = 4 * time.Millisecond // mean, exponential
)

func main() {
	serve := work.Exp(service)
	var wg sync.WaitGroup
	for range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work.CPU(serve.Draw())
		}()
	}
	wg.Wait()
}
