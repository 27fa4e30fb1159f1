// Pipeline asks where items wait when they pass through stages of different
// speed: each stage is a goroutine, between two lies a buffered channel.
package main

import (
	"time"

	"gpusched/work"
)

const (
	items  = 2000
	stages = 5
	buffer = 8

	service time.Duration = 50 * time.Microsecond // mean of a stage
	slow    time.Duration = 70 * time.Microsecond // mean of the middle stage
)

func stage(in <-chan time.Time, out chan<- time.Time, serve work.Dist) {
	for born := range in {
		work.CPU(serve.Draw())
		out <- born
	}
	close(out)
}

func main() {
	passage := work.Histogram("passage")
	source := make(chan time.Time, buffer)
	last := source
	for i := 0; i < stages; i++ {
		mean := service
		if i == stages/2 {
			mean = slow
		}
		next := make(chan time.Time, buffer)
		go stage(last, next, work.Exp(mean))
		last = next
	}
	go func() {
		for i := 0; i < items; i++ {
			source <- time.Now()
		}
		close(source)
	}()
	for born := range last {
		passage.Since(born)
	}
	work.Snapshot("end")
}
