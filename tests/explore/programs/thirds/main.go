// Three goroutines that spin until main lets them go at once: which comes first, second and last is even.
package main

import (
	"os"
	"sync/atomic"
)

var ready, open, place atomic.Int64

func main() {
	places := make(chan int64)
	for i := range int64(3) {
		go func() {
			ready.Add(1)
			for open.Load() == 0 {
			}
			if n := place.Add(1); i == 0 {
				places <- n
			}
		}()
	}
	for ready.Load() < 3 {
	}
	open.Store(1)
	os.Exit(int(<-places))
}
