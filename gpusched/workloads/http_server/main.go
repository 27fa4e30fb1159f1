// Http_server asks how the latency of an HTTP-like server grows with load, and
// how many Ps it needs. Requests arrive in an open loop (Poisson) at a fraction
// of what the Ps could serve, each gets a goroutine that computes, looks into a
// cache under a mutex, and on a miss waits for a backend. The sojourn counts
// from the time when a request was due, so a late accept loop counts too.
package main

import (
	"runtime"
	"sync"
	"time"

	"gpusched/work"
)

const (
	requests = 2000
	load     = 0.7 // fraction of the Ps' capacity

	parseTime  time.Duration = 60 * time.Microsecond  // mean, exponential
	renderTime time.Duration = 140 * time.Microsecond // mean, gamma
	lookupTime time.Duration = 1 * time.Microsecond   // under the lock
	backend    time.Duration = 2 * time.Millisecond   // median of the wait on a miss

	keys  = 1000 // different pages, low numbers asked for more often
	slots = 256  // entries of the cache
)

type cache struct {
	sync.Mutex
	pages []int
}

// lookup tells whether a page is cached and, if not, caches it in its slot.
func (c *cache) lookup(page int) bool {
	c.Lock()
	defer c.Unlock()
	work.CPU(lookupTime)
	slot := page % len(c.pages)
	hit := c.pages[slot] == page
	c.pages[slot] = page
	return hit
}

func main() {
	capacity := float64(runtime.GOMAXPROCS(0)) * float64(time.Second) / float64(parseTime+renderTime)
	arrivals := work.Poisson(load * capacity)
	parse, render := work.Exp(parseTime), work.Gamma(renderTime, 4)
	fetch := work.Lognormal(backend, 0.5)
	sojourn := work.Histogram("sojourn")
	pages := &cache{pages: make([]int, slots)}

	var wg sync.WaitGroup
	for i := 0; i < requests; i++ {
		due := arrivals.Next()
		wg.Add(1)
		go func() {
			defer wg.Done()
			work.CPU(parse.Draw())
			page := 1 + work.Rand(1+work.Rand(keys))
			if !pages.lookup(page) {
				work.IO(fetch.Draw())
			}
			work.CPU(render.Draw())
			sojourn.Since(due)
		}()
	}
	wg.Wait()
	work.Snapshot("end")
}
