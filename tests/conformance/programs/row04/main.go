// Row04, one P: main yields against a chain in which each goroutine starts its
// successor and exits. The successors inherit the slice, the tick stands still,
// so main waits in the global queue until a preemption hits a step that has no
// successor in runnext yet. Prints how many steps that took; a chain of a
// four million steps ends by itself.
package main

import (
	"fmt"
	"runtime"
)

const limit = 4000000

var (
	steps int
	stop  bool
)

func step() {
	steps++
	if !stop && steps < limit {
		go step()
	}
}

func main() {
	go step()
	runtime.Gosched()
	n := steps
	stop = true
	fmt.Println("steps", n)
}
