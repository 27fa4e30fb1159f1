// Ends in a way that a constant chooses, or in two ways by the schedule.
package main

import (
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const way = "both"

func main() {
	switch way {
	case "endless":
		for {
			time.Sleep(time.Second)
		}
	case "busy":
		var n atomic.Int64
		for {
			n.Add(1)
		}
	case "loud":
		for {
			os.Stdout.WriteString("again\n")
		}
	case "panic":
		panic("by intention")
	case "nil":
		var m map[string]int
		m["a"] = 1
	case "unlock":
		var mu sync.Mutex
		mu.Unlock()
	case "exit":
		os.Exit(7)
	case "asleep":
		<-make(chan int)
	case "forgotten":
		go func() { <-make(chan int) }()
		time.Sleep(time.Millisecond)
	}
}
