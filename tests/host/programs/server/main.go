// Server is an open-loop server whose requests come in bursts: on average they
// need a third of a processor, within a tenth of a second often more than half
// of one.
package main

import (
	"sync"
	"time"

	"gpusched/work"
)

const (
	bursts = 150
	rate   = 50.0 // bursts per second

	service time.Duration = 1600 * time.Microsecond // mean of a request, exponential
)

func main() {
	arrivals, serve := work.Poisson(rate), work.Exp(service)
	sojourn := work.Histogram("sojourn")
	var wg sync.WaitGroup
	for range bursts {
		due := arrivals.Next()
		for range 1 + work.Rand(7) {
			wg.Add(1)
			go func() {
				defer wg.Done()
				work.CPU(serve.Draw())
				sojourn.Since(due)
			}()
		}
	}
	wg.Wait()
}
