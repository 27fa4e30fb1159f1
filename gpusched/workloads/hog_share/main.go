// Hog_share asks how two pairs of goroutines share a P when one pair computes
// long between two hand-offs and the other hardly at all: a pair inherits its time
// slice, so each gets about half, whatever a turn takes. After TestPingPongHog of
// Go's runtime/proc_test.go, which wants the shares within a factor of 20.
package main

import (
	"time"

	"gpusched/work"
)

const (
	length time.Duration = 400 * time.Millisecond
	heavy  time.Duration = 300 * time.Microsecond // a turn of the hogs
	light  time.Duration = 300 * time.Nanosecond  // a turn of the others
)

// player computes for turn and passes the ball on, until done is closed; it adds up what it computed.
func player(turn time.Duration, ball chan bool, done chan bool, used *time.Duration) {
	for {
		select {
		case <-done:
			return
		case <-ball:
			work.CPU(turn)
			*used += turn
			select {
			case ball <- true:
			case <-done:
				return
			}
		}
	}
}

func main() {
	share := work.Histogram("hog_share_permille")
	var used [2]time.Duration
	var balls [2]chan bool
	done := make(chan bool)
	for i, turn := range []time.Duration{heavy, light} {
		balls[i] = make(chan bool)
		for range 2 {
			go player(turn, balls[i], done, &used[i])
		}
	}
	balls[0] <- true
	balls[1] <- true
	time.Sleep(length)
	share.Record(1000 * used[0] / (used[0] + used[1] + 1))
	close(done)
}
