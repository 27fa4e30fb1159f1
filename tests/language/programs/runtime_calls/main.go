// Package runtime: Gosched, NumGoroutine, GOMAXPROCS, NumCPU, Goexit.
package main

import (
	"fmt"
	"runtime"
)

func leave(out chan<- string) {
	defer func() { out <- "deferred" }()
	func() {
		defer func() { out <- "inner" }()
		runtime.Goexit()
	}()
	out <- "not reached"
}

func main() {
	fmt.Println(runtime.GOMAXPROCS(0) > 0, runtime.NumCPU() > 0, runtime.NumGoroutine())
	out := make(chan string)
	go leave(out)
	fmt.Println(<-out, <-out)
	stop := make(chan bool)
	for range 5 {
		go func() { <-stop }()
	}
	runtime.Gosched()
	fmt.Println(runtime.NumGoroutine() >= 6)
	close(stop)
	for runtime.NumGoroutine() > 1 {
		runtime.Gosched()
	}
	fmt.Println(runtime.NumGoroutine())
}
