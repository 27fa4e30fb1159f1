// Yield_progress asks whether goroutines that look for a message and yield in
// between, over and over, let a sleeper wake in time, and how soon they answer.
// After TestYieldProgress of Go's runtime/proc_test.go.
package main

import (
	"runtime"
	"time"

	"gpusched/work"
)

const (
	rounds                 = 10
	yielders               = 1
	length   time.Duration = 10 * time.Millisecond
)

func main() {
	late, answer, yields := work.Histogram("late"), work.Histogram("answer"), work.Histogram("yields_count")
	for range rounds {
		ask, answered := make(chan bool), make(chan int)
		for range yielders {
			go func() {
				for count := 0; ; count++ {
					select {
					case <-ask:
						answered <- count
						return
					default:
						runtime.Gosched()
					}
				}
			}()
		}
		start := time.Now()
		time.Sleep(length)
		late.Record(time.Since(start) - length)
		for range yielders {
			start = time.Now()
			ask <- true
			count := <-answered
			answer.Since(start)
			yields.Record(time.Duration(count))
		}
	}
}
