// Pingpong_hog asks what a CPU-bound goroutine does to the latency of two
// goroutines that hand a ball to and fro: with one P a round trip waits for whole
// time slices of the hog whenever the pair is not runnable at once.
package main

import (
	"sync/atomic"
	"time"

	"gpusched/work"
)

const (
	rounds = 2000
	hogs   = 1

	think time.Duration = 20 * time.Microsecond // between two round trips
	piece time.Duration = 1 * time.Millisecond  // what a hog computes between two looks at the flag
)

func hog(stop *atomic.Bool) {
	for !stop.Load() {
		work.CPU(piece)
	}
}

func main() {
	trip := work.Histogram("round_trip")
	var stop atomic.Bool
	for i := 0; i < hogs; i++ {
		go hog(&stop)
	}
	ping, pong := make(chan int), make(chan int)
	go func() {
		for ball := range ping {
			pong <- ball
		}
	}()
	for i := 0; i < rounds; i++ {
		start := time.Now()
		ping <- i
		<-pong
		trip.Since(start)
		work.CPU(think)
	}
	close(ping)
	stop.Store(true)
	work.Snapshot("end")
}
