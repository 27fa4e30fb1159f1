// Mmc is the queue M/M/c: Poisson arrivals, servers servers, exponential service.
// For each batch of customers it prints their number, the sum of their sojourn
// times in ns and how many sojourns exceeded tail.
//
// The mean sojourn is service+wait, wait = C(servers, a)*service/(servers*(1-rho))
// with a = rho*servers and Erlang's C, the probability to wait.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gpusched/work"
)

const (
	rho       = 0.8
	servers   = 4
	customers = 20000
	warmup    = 2000 // customers that are not counted
	batches   = 20

	service time.Duration = 1 * time.Millisecond  // mean
	tail    time.Duration = 20 * time.Millisecond // the sojourn whose excesses are counted
)

type job struct {
	number int
	due    time.Time
}

type batch struct {
	count, sum, above atomic.Int64
}

func main() {
	sojourn := work.Histogram("sojourn")
	arrivals := work.Poisson(rho * float64(servers) * float64(time.Second) / float64(service))
	length := work.Exp(service)
	all := make([]batch, batches)
	queue := make(chan job, 1024)
	var wg sync.WaitGroup
	for i := 0; i < servers; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range queue {
				work.CPU(length.Draw())
				took := time.Since(j.due)
				if j.number < 0 {
					continue
				}
				sojourn.Record(took)
				b := &all[j.number*batches/customers]
				b.count.Add(1)
				b.sum.Add(int64(took))
				if took > tail {
					b.above.Add(1)
				}
			}
		}()
	}
	for i := -warmup; i < customers; i++ {
		queue <- job{i, arrivals.Next()}
	}
	close(queue)
	wg.Wait()
	for i := range all {
		fmt.Println(all[i].count.Load(), all[i].sum.Load(), all[i].above.Load())
	}
}
