// Behind has a thread come back from a system call to a hardware thread that
// another one has taken meanwhile, while the second hardware thread is free.
package main

import (
	"time"

	"gpusched/work"
)

func main() {
	start := time.Now()
	done := make(chan time.Duration, 1)
	go work.CPU(2 * time.Millisecond) // on the second one
	time.Sleep(time.Millisecond)
	go func() {
		work.CPU(20 * time.Millisecond) // on the first one
		done <- time.Since(start)
	}()
	work.Syscall(3 * time.Millisecond)
	work.CPU(10 * time.Millisecond)
	println(time.Since(start).Microseconds())
	println((<-done).Microseconds())
}
