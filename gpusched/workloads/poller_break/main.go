// Poller_break asks how soon a thread that waits in the poller notices a timer
// that is due before what it waits for: the new timer breaks the poll
// (netpollBreak). A second P is needed, as the goroutine that sets the timer then
// computes on. After TestNetpollBreak of Go's runtime/proc_test.go.
package main

import (
	"time"

	"gpusched/work"
)

const (
	rounds                = 100
	settle  time.Duration = 2 * time.Millisecond // until the other thread waits in the poller
	soon    time.Duration = 1 * time.Millisecond
	compute time.Duration = 3 * time.Millisecond
)

func main() {
	late := work.Histogram("late")
	far := time.NewTimer(time.Hour)
	fired := make(chan bool, 1)
	for range rounds {
		work.CPU(settle)
		start := time.Now()
		time.AfterFunc(soon, func() {
			late.Record(time.Since(start) - soon)
			fired <- true
		})
		work.CPU(compute)
		<-fired
	}
	far.Stop()
}
