// Row03, one P: six goroutines wait on a Cond, six on a WaitGroup, in order 0..5.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

var order []int

func show(name string) {
	for len(order) < 6 {
		runtime.Gosched()
	}
	fmt.Print(name)
	for _, i := range order {
		fmt.Print(" ", i)
	}
	fmt.Println()
	order = nil
}

func main() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	for i := 0; i < 6; i++ {
		go func() {
			mu.Lock()
			cond.Wait()
			order = append(order, i)
			mu.Unlock()
		}()
		runtime.Gosched()
	}
	cond.Broadcast()
	show("broadcast")

	var wg sync.WaitGroup
	wg.Add(1)
	for i := 0; i < 6; i++ {
		go func() {
			wg.Wait()
			order = append(order, i)
		}()
		runtime.Gosched()
	}
	wg.Done()
	show("waitgroup")
}
