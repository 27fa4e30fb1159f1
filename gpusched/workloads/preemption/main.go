// Preemption asks how long goroutines that never block keep another one from
// running: three take turns, each spins until it is its turn, with calls in its
// loop or without, so that on one P and on two only sysmon's preemption passes the
// turn on. After TestPreemption and TestAsyncPreempt of Go's runtime/proc_test.go.
package main

import (
	"sync/atomic"
	"time"

	"gpusched/work"
)

const turns = 8

//go:noinline
func fill(words *[128]int, with int) int {
	sum := 0
	for i := range words {
		sum += words[i]
		words[i] = with
	}
	return sum
}

// spins until turn is mine, with calls.
func called(turn *atomic.Int32, mine int32) {
	var words [128]int
	for i := 0; turn.Load() != mine; i++ {
		fill(&words, i)
	}
}

// spins until turn is mine, without calls.
func tight(turn *atomic.Int32, mine int32) {
	x := uint64(1)
	for turn.Load() != mine {
		for range 100 {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
		}
	}
	if x == 0 {
		println("impossible")
	}
}

func main() {
	waited := work.Histogram("turn")
	var turn atomic.Int32
	done := make(chan bool)
	players := []func(*atomic.Int32, int32){called, tight, tight}
	for mine, spin := range players {
		go func() {
			for range turns {
				start := time.Now()
				spin(&turn, int32(mine))
				waited.Since(start)
				turn.Store(int32((mine + 1) % len(players)))
			}
			done <- true
		}()
	}
	for range players {
		<-done
	}
}
