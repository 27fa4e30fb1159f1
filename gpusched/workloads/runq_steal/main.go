// Runq_steal asks how goroutines that one P started reach the others: each steal
// takes half of what is in the local queue. The number of steals is compared, and
// how long a batch takes. After TestSchedLocalQueueSteal of Go's
// runtime/proc_test.go, which calls runqsteal itself.
package main

import (
	"sync"
	"time"

	"gpusched/work"
)

const (
	batches               = 60
	batch                 = 100
	piece   time.Duration = 20 * time.Microsecond
)

func main() {
	took := work.Histogram("batch")
	for range batches {
		start := time.Now()
		var wg sync.WaitGroup
		wg.Add(batch)
		for range batch {
			go func() {
				work.CPU(piece)
				wg.Done()
			}()
		}
		wg.Wait()
		took.Since(start)
	}
}
