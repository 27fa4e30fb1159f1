// Timer_syscall asks the same of two goroutines that block in system calls
// between their exchanges: their Ps are handed off and taken back all the time, a
// timer must fire nonetheless. After TestTimerFairness2 of Go's
// runtime/proc_test.go, which reads nothing from a file where this sleeps in the
// kernel.
package main

import (
	"time"

	"gpusched/work"
)

const (
	rounds               = 5
	length time.Duration = 20 * time.Millisecond
	call   time.Duration = 500 * time.Microsecond
)

func main() {
	late, exchanged := work.Histogram("late"), work.Histogram("exchanged_count")
	balls, done := make(chan bool), make(chan bool)
	for range rounds {
		for range 2 {
			go func() {
				start, count := time.Now(), 0
				for timer := time.After(length); ; count++ {
					work.Syscall(call)
					select {
					case balls <- true:
					case <-balls:
					case <-timer:
						late.Record(time.Since(start) - length)
						exchanged.Record(time.Duration(count))
						done <- true
						return
					}
				}
			}()
		}
		<-done
		<-done
	}
}
