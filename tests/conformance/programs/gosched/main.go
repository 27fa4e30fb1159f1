// Gosched, one P: main yields to a goroutine that starts two more. main went to
// the tail of the global queue, not of the ring, so all three run before it,
// except where a look at a tick divisible by 61 takes it. Prints for each try how
// many ran before main.
package main

import (
	"fmt"
	"runtime"
)

const tries = 40

var ran int

func nothing() {
	ran++
}

func parent() {
	ran++
	go nothing()
	go nothing()
}

func main() {
	var before [tries]int
	for i := range before {
		ran = 0
		go parent()
		runtime.Gosched()
		before[i] = ran
		for ran < 3 {
			runtime.Gosched()
		}
	}
	for _, n := range before {
		fmt.Println(n)
	}
}
