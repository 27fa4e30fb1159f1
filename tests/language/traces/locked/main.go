// Locked: a deadlock among threads that wait for their goroutines.
package main

import "runtime"

func main() {
	runtime.LockOSThread()
	never := make(chan int)
	go func() {
		runtime.LockOSThread()
		runtime.Gosched()
		never <- 1
	}()
	runtime.Gosched()
	other := make(chan int)
	<-other
}
