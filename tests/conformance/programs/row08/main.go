// Row08, one or two Ps: how many goroutines a P with nothing local takes from
// the global queue of length L: min(128, L, L/P+1). As in row 6 main's 258th
// start moves 129 goroutines to the global queue. The first of them that runs
// after the local ring is empty (so it was taken by a batch) starts two more:
// the one in the ring runs after the whole batch and so tells its size. With two
// Ps a goroutine that computes keeps the other one busy.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"gpusched/work"
)

const (
	quiet   time.Duration = 2 * time.Millisecond // until what the runtime started before main has run
	hogTime time.Duration = 12 * time.Millisecond
)

var (
	local  int // how many of the local goroutines ran
	global int // how many of those of the global queue ran
	length int // of the global queue when the batch was taken
	next   int // place in the global queue of the batch's next goroutine
	batch  int // how many of the batch ran
	wg     sync.WaitGroup
)

func marker() {
	fmt.Println("length", length, "batch", batch)
	batch = -1000
	wg.Done()
}

func f(i int) {
	defer wg.Done()
	if i >= 128 && i != 256 {
		local++
		return
	}
	place := min(i, 128)
	if local == 129 && length == 0 {
		length, next = 129-global, place
		wg.Add(2)
		go marker()
		go wg.Done()
	}
	// Looks at ticks divisible by 61 take others meanwhile, out of order.
	if length > 0 && place == next {
		batch++
		next++
	}
	global++
}

func main() {
	if runtime.GOMAXPROCS(0) > 1 {
		var busy atomic.Bool
		go func() {
			busy.Store(true)
			work.CPU(hogTime)
		}()
		for !busy.Load() {
			runtime.Gosched()
		}
	}
	time.Sleep(quiet)
	wg.Add(258)
	for i := 0; i < 258; i++ {
		go f(i)
	}
	wg.Wait()
}
