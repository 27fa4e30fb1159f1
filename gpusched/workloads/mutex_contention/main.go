// Mutex_contention asks how long goroutines wait for one sync.Mutex, and how
// unevenly: newcomers that already run usually win against those that were
// woken, until a waiter has waited for a millisecond and the mutex starves.
package main

import (
	"sync"
	"time"

	"gpusched/work"
)

const (
	goroutines = 16
	turns      = 200

	hold  time.Duration = 20 * time.Microsecond // mean, under the lock
	think time.Duration = 50 * time.Microsecond // mean, between two turns
)

func main() {
	wait := work.Histogram("wait")
	inside, outside := work.Exp(hold), work.Exp(think)
	var mu sync.Mutex
	var wg sync.WaitGroup
	total := 0
	for i := 0; i < goroutines; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for turn := 0; turn < turns; turn++ {
				work.CPU(outside.Draw())
				start := time.Now()
				mu.Lock()
				wait.Since(start)
				work.CPU(inside.Draw())
				total++
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	if total != goroutines*turns {
		panic("a turn was lost")
	}
	work.Snapshot("end")
}
