// Row06, one P: main starts 258 goroutines. The first 257 fill runnext and the
// ring of 256; the last one finds both full, so the 128 oldest and the displaced
// runnext (number 256) go to the global queue, and the last is in runnext.
package main

import (
	"fmt"
	"sync"
	"time"
)

// quiet lets what the runtime started before main run, so that the ring is empty.
const quiet time.Duration = 2 * time.Millisecond

var (
	order []int
	wg    sync.WaitGroup
)

func f(i int) {
	order = append(order, i)
	wg.Done()
}

// show prints the runs of consecutive numbers in the order of those for which in
// holds.
func show(name string, in func(i int) bool) {
	fmt.Print(name)
	first, last := -1, -1
	for _, i := range order {
		if !in(i) {
			continue
		}
		if first >= 0 && i == last+1 {
			last = i
			continue
		}
		if first >= 0 {
			fmt.Print(" ", first, "-", last)
		}
		first, last = i, i
	}
	fmt.Print(" ", first, "-", last)
	fmt.Println()
}

func main() {
	time.Sleep(quiet)
	wg.Add(258)
	for i := 0; i < 258; i++ {
		go f(i)
	}
	wg.Wait()
	fmt.Println("first", order[0])
	show("ring", func(i int) bool { return i >= 128 && i < 256 })
	show("global", func(i int) bool { return i < 128 || i == 256 })
	// The ring is left behind before the global queue: only looks at ticks
	// divisible by 61 take from the latter meanwhile.
	early := 0
	for _, i := range order {
		if i == 255 {
			break
		}
		if i < 128 {
			early++
		}
	}
	fmt.Println("looks", early)
}
