// A bug of depth 1: it shows if the reader is ahead of the writer.
package main

import "sync/atomic"

func main() {
	var value atomic.Int64
	done := make(chan bool, 2)
	go func() {
		value.Store(1)
		done <- true
	}()
	go func() {
		if value.Load() == 0 {
			panic("read before written")
		}
		done <- true
	}()
	<-done
	<-done
}
