// A bug of depth 3: the writer must be stopped after its first store, and the reader between its loads.
package main

import "sync/atomic"

func main() {
	var a, b atomic.Int64
	done := make(chan bool, 2)
	go func() {
		a.Store(1)
		b.Store(1)
		a.Store(2)
		done <- true
	}()
	go func() {
		if a.Load() == 1 && b.Load() == 0 && a.Load() == 2 {
			panic("both were stopped")
		}
		done <- true
	}()
	<-done
	<-done
}
