// Goroutines take turns: each looks whether it is its turn and yields if not, so that all Ps ask for the scheduler's lock again and again.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

const goroutines, rounds = 100, 20

func main() {
	var turn atomic.Int64
	var group sync.WaitGroup
	for i := range goroutines {
		group.Go(func() {
			for next := int64(i); next < goroutines*rounds; runtime.Gosched() {
				if turn.CompareAndSwap(next, next+1) {
					next += goroutines
				}
			}
		})
	}
	group.Wait()
}
