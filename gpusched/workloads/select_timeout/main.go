// Select_timeout asks how many calls exceed their timeout because of the
// scheduler and not of the backend: the reply races with time.After, and under
// load a reply that was in time may be seen too late.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gpusched/work"
)

const (
	clients = 50
	calls   = 40

	backend time.Duration = 2 * time.Millisecond // median, lognormal
	timeout time.Duration = 5 * time.Millisecond
	compute time.Duration = 100 * time.Microsecond // of a client, after each call
)

func main() {
	answered := work.Histogram("answered")
	reply := work.Lognormal(backend, 0.5)
	var timeouts atomic.Int64
	var wg sync.WaitGroup
	for i := 0; i < clients; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < calls; j++ {
				start := time.Now()
				result := make(chan int, 1)
				go func() {
					work.IO(reply.Draw())
					result <- j
				}()
				select {
				case <-result:
					answered.Since(start)
				case <-time.After(timeout):
					timeouts.Add(1)
				}
				work.CPU(compute)
			}
		}()
	}
	wg.Wait()
	fmt.Println("timeouts", timeouts.Load(), "of", clients*calls)
	work.Snapshot("end")
}
