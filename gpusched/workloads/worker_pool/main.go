// Worker_pool asks how long jobs wait in a queue before a fixed set of workers:
// a producer puts jobs into a buffered channel as they arrive, workers take them
// out and serve them in exponential time.
package main

import (
	"sync"
	"time"

	"gpusched/work"
)

const (
	jobs    = 5000
	workers = 8
	queue   = 64
	rate    = 15000.0 // jobs per second: they keep 1.5 Ps busy

	service time.Duration = 100 * time.Microsecond // mean
)

func main() {
	sojourn := work.Histogram("sojourn")
	serve := work.Exp(service)
	arrivals := work.Poisson(rate)
	todo := make(chan time.Time, queue)
	var wg sync.WaitGroup
	for i := 0; i < workers; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for due := range todo {
				work.CPU(serve.Draw())
				sojourn.Since(due)
			}
		}()
	}
	for i := 0; i < jobs; i++ {
		todo <- arrivals.Next()
	}
	close(todo)
	wg.Wait()
	work.Snapshot("end")
}
