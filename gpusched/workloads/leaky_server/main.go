// Leaky_server asks how goroutines pile up when a handler gives up on a reply
// that nobody will receive: the goroutine that fetches it sends on an unbuffered
// channel and stays blocked for ever. Lifetimes of those that end look healthy;
// the leak shows in the goroutines that are left.
package main

import (
	"sync"
	"time"

	"gpusched/work"
)

const (
	requests = 2000
	rate     = 2000.0 // per second
	buffer   = 0      // 1 mends the leak

	backend time.Duration = 2 * time.Millisecond // median, lognormal
	timeout time.Duration = 5 * time.Millisecond
	compute time.Duration = 100 * time.Microsecond // mean, exponential
)

func fetch(result chan<- int, wait time.Duration) {
	work.IO(wait)
	result <- 1
}

func handle(due time.Time, reply, render work.Dist, sojourn work.Hist) {
	result := make(chan int, buffer)
	go fetch(result, reply.Draw())
	limit := time.NewTimer(timeout)
	defer limit.Stop()
	select {
	case <-result:
		work.CPU(render.Draw())
	case <-limit.C:
	}
	sojourn.Since(due)
}

func main() {
	sojourn := work.Histogram("sojourn")
	reply, render := work.Lognormal(backend, 0.6), work.Exp(compute)
	arrivals := work.Poisson(rate)
	var wg sync.WaitGroup
	for i := 0; i < requests; i++ {
		due := arrivals.Next()
		wg.Add(1)
		go func() {
			defer wg.Done()
			handle(due, reply, render, sojourn)
		}()
	}
	wg.Wait()
	work.Snapshot("end")
}
