// Sleep_storm asks how late sleepers wake: many goroutines sleep for random
// times, so timers of all Ps fire all the time.
package main

import (
	"sync"
	"time"

	"gpusched/work"
)

const (
	sleepers = 1000
	naps     = 20

	nap  time.Duration = 5 * time.Millisecond  // mean
	busy time.Duration = 10 * time.Microsecond // computing after each nap
)

func main() {
	late := work.Histogram("late")
	length := work.Exp(nap)
	var wg sync.WaitGroup
	for i := 0; i < sleepers; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < naps; j++ {
				d := length.Draw()
				due := time.Now().Add(d)
				time.Sleep(d)
				late.Since(due)
				work.CPU(busy)
			}
		}()
	}
	wg.Wait()
	work.Snapshot("end")
}
