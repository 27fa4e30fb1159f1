// When main returns four goroutines wait: one for what nobody can send, the others for a package variable, a sleeper and a goroutine that may run.
package main

import (
	"runtime"
	"time"
)

var global = make(chan int)

func answer() int {
	slow, fast := make(chan int), make(chan int, 2)
	go func() { slow <- 1 }()
	go func() { fast <- 2 }()
	select {
	case n := <-slow:
		return n
	case n := <-fast:
		return n
	}
}

func main() {
	held, spun := make(chan int), make(chan int)
	go func() { global <- 1 }()
	go func() { <-held }()
	go func() {
		time.Sleep(time.Hour)
		held <- 1
	}()
	go func() { <-spun }()
	go func() {
		for range 1_000_000 {
			runtime.Gosched()
		}
		spun <- 1
	}()
	answer()
	time.Sleep(time.Millisecond)
}
