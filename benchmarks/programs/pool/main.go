// Package main is the worker pool of the speed benchmarks: one producer, 16 workers behind a channel of 16, all of them busy.
package main

import (
	"time"

	"gpusched/work"
)

const (
	jobs                  = 1000000
	workers               = 16
	arrive  time.Duration = 1200 * time.Nanosecond // mean CPU time of the producer for one job
	service time.Duration = 9 * time.Microsecond   // mean CPU time of a worker for one job
)

func main() {
	todo := make(chan int, 16)
	produce, serve := work.Exp(arrive), work.Exp(service)
	for range workers {
		go func() {
			for range todo {
				work.CPU(serve.Draw())
			}
		}()
	}
	for i := range jobs {
		work.CPU(produce.Draw())
		todo <- i
	}
}
