// Package main is the queue M/M/1 of the comparison with other simulators: a
// Poisson source, one server, and the sum of the times that customers spent.
package main

import (
	"fmt"
	"time"

	"gpusched/work"
)

const (
	customers               = 1000000
	rho                     = 0.8
	service   time.Duration = time.Millisecond // mean
)

func main() {
	queue, done := make(chan time.Time, 1024), make(chan time.Duration)
	arrivals := work.Poisson(rho * float64(time.Second) / float64(service))
	length := work.Exp(service)
	go func() {
		var sum time.Duration
		for due := range queue {
			work.CPU(length.Draw())
			sum += time.Since(due)
		}
		done <- sum
	}()
	for range customers {
		queue <- arrivals.Next()
	}
	close(queue)
	fmt.Println(int64(<-done) / customers)
}
