// Package main is the queue M/M/1 of the comparison with other simulators,
// written as they write it: a source that holds for the gap between arrivals, a
// server, and the sum of the times that customers spent.
package main

import (
	"fmt"
	"time"

	"gpusched/work"
)

const (
	customers               = 1000000
	rho                     = 0.8
	service   time.Duration = 10 * time.Microsecond // mean
)

func main() {
	queue, done := make(chan time.Time, 1024), make(chan time.Duration)
	gap, length := work.Exp(time.Duration(float64(service)/rho)), work.Exp(service)
	go func() {
		var sum time.Duration
		for arrived := range queue {
			work.CPU(length.Draw())
			sum += time.Since(arrived)
		}
		done <- sum
	}()
	for range customers {
		work.CPU(gap.Draw())
		queue <- time.Now()
	}
	close(queue)
	sum := <-done
	fmt.Println(int64(sum / time.Nanosecond))
}
