// Blocking_syscalls asks what happens to computing goroutines, and to the number
// of threads, when others block in system calls that do not use the poller.
package main

import (
	"sync"
	"time"

	"gpusched/work"
)

const (
	blockers = 32
	calls    = 50
	// Goroutines that only compute, so that the Ps are wanted.
	computers = 2

	call  time.Duration = 500 * time.Microsecond // mean, exponential
	after time.Duration = 20 * time.Microsecond  // computing after each call
	piece time.Duration = 100 * time.Microsecond // what a computer does between two looks at the clock
	total time.Duration = 20 * time.Millisecond  // what a computer does in all
)

func main() {
	turn := work.Histogram("call")
	length := work.Exp(call)
	var wg sync.WaitGroup
	for i := 0; i < computers; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for done := time.Duration(0); done < total; done += piece {
				work.CPU(piece)
			}
		}()
	}
	for i := 0; i < blockers; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < calls; j++ {
				start := time.Now()
				work.Syscall(length.Draw())
				turn.Since(start)
				work.CPU(after)
			}
		}()
	}
	wg.Wait()
	work.Snapshot("end")
}
