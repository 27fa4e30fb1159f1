// Locked, one P: two goroutines take turns, one of them locked to its thread.
// Each turn hands the P from thread to thread, and a thread has to wake for it.
// Prints how long a round of two turns took, in microseconds, for each of
// several; where no thread has to wake it is less than one.
package main

import (
	"fmt"
	"runtime"
	"time"
)

const (
	rounds = 30
	turns  = 10
)

func main() {
	there, back := make(chan int), make(chan int)
	go func() {
		runtime.LockOSThread()
		for {
			back <- <-there
		}
	}()
	for range rounds {
		start := time.Now()
		for i := range turns {
			there <- i
			<-back
		}
		fmt.Println(int64(time.Since(start)) / 1000 / turns)
	}
}
