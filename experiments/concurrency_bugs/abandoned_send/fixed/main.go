// The receiver gives up after a time, and the sender stays blocked for ever. Exit status 3: a goroutine is left.
// Mended: the channel has room for the answer.
package main

import (
	"os"
	"runtime"
	"time"
)

func answer(reply chan<- int) {
	time.Sleep(time.Millisecond)
	reply <- 42
}

func main() {
	reply := make(chan int, 1)
	go answer(reply)
	select {
	case <-reply:
	case <-time.After(time.Millisecond):
	}
	time.Sleep(5 * time.Millisecond)
	if runtime.NumGoroutine() > 1 {
		os.Exit(3)
	}
}
