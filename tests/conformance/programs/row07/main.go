// Row07, one P: two goroutines compute without end. Prints how long each ran, in
// microseconds, slice by slice: two periods of sysmon, which sleeps for 10 ms in
// steady state.
package main

import (
	"fmt"
	"time"

	"gpusched/work"
)

const (
	slices                = 40
	piece   time.Duration = 20 * time.Microsecond
	skipped               = 5
)

var (
	running int
	began   time.Time
	lengths []time.Duration
)

func hog(me int, done chan bool) {
	for len(lengths) < slices {
		if running != me {
			now := time.Now()
			lengths = append(lengths, now.Sub(began))
			running, began = me, now
		}
		work.CPU(piece)
	}
	done <- true
}

func main() {
	done := make(chan bool)
	began = time.Now()
	go hog(1, done)
	go hog(2, done)
	<-done
	<-done
	for i := skipped; i < slices; i++ {
		fmt.Println(int64(lengths[i]) / 1000)
	}
}
