// Package main keeps very many goroutines alive that take turns by Gosched: in
// order of creation, or in a random order in which main once woke them.
package main

import "runtime"

const (
	goroutines = 1000
	random     = false
)

func yield() {
	for {
		runtime.Gosched()
	}
}

func woken(wake chan bool) {
	<-wake
	yield()
}

func main() {
	wakes := make([]chan bool, goroutines)
	for i := range wakes {
		if random {
			wakes[i] = make(chan bool)
			go woken(wakes[i])
		} else {
			go yield()
		}
	}
	runtime.Gosched()
	if random {
		seed := uint64(1)
		for i := len(wakes) - 1; i > 0; i-- {
			seed = seed*6364136223846793005 + 1442695040888963407
			j := int((seed >> 33) % uint64(i+1))
			wakes[i], wakes[j] = wakes[j], wakes[i]
		}
		for _, wake := range wakes {
			wake <- true
		}
	}
	yield()
}
