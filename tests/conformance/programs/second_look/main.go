// Second look, one P: as row 10, but main comes from the global queue just before
// each call, so that its time slice is fresh: sysmon's first look at the call only
// takes note of it, and the second one, at least 20 us later, takes the P away.
// Prints how long the other goroutine waited, in microseconds.
package main

import (
	"fmt"
	"runtime"
	"time"

	"gpusched/work"
)

const (
	calls                = 20
	call   time.Duration = 40 * time.Millisecond
	warmUp time.Duration = 100 * time.Microsecond
)

func main() {
	work.Syscall(warmUp)
	waits := make([]time.Duration, 0, calls)
	done := make(chan bool, calls)
	for i := 0; i < calls; i++ {
		runtime.Gosched()
		start := time.Now()
		go func() {
			waits = append(waits, time.Since(start))
			done <- true
		}()
		work.Syscall(call)
		<-done
	}
	for _, wait := range waits {
		fmt.Println(int64(wait) / 1000)
	}
}
