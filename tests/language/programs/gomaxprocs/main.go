// runtime.GOMAXPROCS changes the number of Ps while the program runs.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// order is how goroutines run that one P gets together. The last wakes main: who yields instead may come back after any of them, by the look at the global queue.
func order() []int {
	var wg sync.WaitGroup
	var seen []int
	for i := range 10 {
		wg.Go(func() { seen = append(seen, i) })
	}
	wg.Wait()
	return seen
}

// handshake needs goroutines that run at the same time, or take turns by preemption.
func handshake(n int, rounds int32) {
	var turn atomic.Int32
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			for turn.Load() < rounds*int32(n) {
				if turn.Load()%int32(n) == int32(i) {
					turn.Add(1)
				}
			}
		})
	}
	wg.Wait()
	fmt.Println("handshake", n, turn.Load() >= rounds*int32(n))
}

// sleepers sets timers on many Ps, and takes the Ps away.
func sleepers() {
	done := make(chan int, 8)
	for i := range 8 {
		go func() {
			time.Sleep(time.Duration(i+1) * 20 * time.Millisecond)
			done <- i
		}()
	}
	time.Sleep(5 * time.Millisecond)
	fmt.Println(runtime.GOMAXPROCS(1))
	for range 8 {
		fmt.Print(<-done, " ")
	}
	fmt.Println()
}

// changes lets several goroutines set the number at once.
func changes() {
	var wg sync.WaitGroup
	var work atomic.Int64
	for i := range 6 {
		wg.Go(func() {
			for j := range 20 {
				runtime.GOMAXPROCS(1 + (i+j)%6)
				for k := range 100 {
					work.Add(int64(k))
				}
				var pool sync.WaitGroup
				for range 5 {
					pool.Go(func() { work.Add(1) })
				}
				pool.Wait()
			}
		})
	}
	wg.Wait()
	fmt.Println(work.Load())
}

func main() {
	runtime.GOMAXPROCS(1)
	fmt.Println(runtime.GOMAXPROCS(0), runtime.GOMAXPROCS(-1), runtime.GOMAXPROCS(1))
	fmt.Println(order())
	fmt.Println(runtime.GOMAXPROCS(2), runtime.GOMAXPROCS(0))
	handshake(2, 50)
	fmt.Println(runtime.GOMAXPROCS(8), runtime.GOMAXPROCS(0))
	sleepers()
	fmt.Println(order())
	changes()
	runtime.GOMAXPROCS(1)
	fmt.Println(order())
}
