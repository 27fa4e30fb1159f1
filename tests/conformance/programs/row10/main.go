// Row10, one P that has already completed a system call: a goroutine is in a
// blocking call while another is runnable on its P. sysmon takes the P away at
// its second look at that call. Prints how long the other one waited, in
// microseconds, for each of several calls.
package main

import (
	"fmt"
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
