// Row11, two Ps or more: main holds a mutex for 2 ms with one waiter, unlocks
// and at once locks it again, for 2 ms. The waiter loses the first race, but has
// waited for more than 1 ms then: the mutex starves and the next Unlock hands it
// over.
package main

import (
	"fmt"
	"sync"
	"time"

	"gpusched/work"
)

const hold time.Duration = 2 * time.Millisecond

func main() {
	var mu sync.Mutex
	var order []string
	done := make(chan bool)
	mu.Lock()
	go func() {
		mu.Lock()
		order = append(order, "waiter")
		mu.Unlock()
		done <- true
	}()
	for i := 0; i < 4; i++ {
		order = append(order, "main")
		work.CPU(hold)
		mu.Unlock()
		mu.Lock()
	}
	mu.Unlock()
	<-done
	for _, name := range order {
		fmt.Println(name)
	}
}
