// Timer_fairness asks how late a timer is noticed by a goroutine that is kept
// busy by two senders through one channel: the P is never idle, the timer has to
// be run in between. After TestTimerFairness of Go's runtime/proc_test.go.
package main

import (
	"time"

	"gpusched/work"
)

const (
	rounds                = 10
	senders               = 2
	length  time.Duration = 20 * time.Millisecond
)

func main() {
	late, received := work.Histogram("late"), work.Histogram("received_count")
	balls, done := make(chan bool), make(chan bool)
	for range senders {
		go func() {
			for {
				select {
				case balls <- true:
				case <-done:
					return
				}
			}
		}()
	}
	for range rounds {
		start, count := time.Now(), 0
		for timer, fired := time.After(length), false; !fired; {
			select {
			case <-balls:
				count++
			case <-timer:
				fired = true
			}
		}
		late.Record(time.Since(start) - length)
		received.Record(time.Duration(count))
	}
	close(done)
}
