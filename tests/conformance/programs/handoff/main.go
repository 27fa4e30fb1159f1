// Handoff, one P: a goroutine waits for main's mutex for more than 1 ms and loses
// one race, so the mutex starves. main's next Unlock hands the mutex over and
// yields at once: the waiter runs before main's next statement.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"gpusched/work"
)

const hold time.Duration = 2 * time.Millisecond

func main() {
	var mu sync.Mutex
	var order []string
	mu.Lock()
	go func() {
		mu.Lock()
		order = append(order, "waiter")
		mu.Unlock()
	}()
	runtime.Gosched()
	work.CPU(hold)
	mu.Unlock()
	mu.Lock()
	runtime.Gosched()
	mu.Unlock()
	order = append(order, "main")
	for len(order) < 2 {
		runtime.Gosched()
	}
	for _, name := range order {
		fmt.Println(name)
	}
}
