// Row05, one P: as row 4, but every step also starts a second goroutine, which
// kicks the successor out of runnext into the ring: the tick moves on, and main
// resumes within 61 goroutines taken from the ring.
package main

import (
	"fmt"
	"runtime"
)

const limit = 10000

var (
	steps int
	stop  bool
)

func nothing() {}

func step() {
	steps++
	if !stop && steps < limit {
		go step()
		go nothing()
	}
}

func main() {
	go step()
	runtime.Gosched()
	n := steps
	stop = true
	fmt.Println("steps", n)
}
