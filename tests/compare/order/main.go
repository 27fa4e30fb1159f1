// Order logs which goroutine does what in which order, on one P, and prints the log at the end.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

const (
	which = 0
	many  = 7
)

var log []int

func note(id int) { log = append(log, id) }

func main() {
	log = make([]int, 0, 4096)
	switch which {
	case 0:
		channels()
	case 1:
		closing()
	case 2:
		groups()
	case 3:
		conditions()
	case 4:
		mutexes()
	case 5:
		yields()
	}
	fmt.Println(log)
}

// channels: workers take numbers from a channel of two and hand them to an unbuffered one.
func channels() {
	in, out := make(chan int, 2), make(chan int)
	for id := range many {
		go func() {
			for v := range in {
				note(100*id + v)
				out <- v
			}
			note(1000 + id)
		}()
	}
	go func() {
		for v := range 4 * many {
			in <- v
		}
		close(in)
	}()
	for range 4 * many {
		note(5000 + <-out)
	}
	runtime.Gosched()
}

// closing: receivers and select statements that a close wakes.
func closing() {
	gate, other := make(chan bool), make(chan bool)
	for id := range many {
		go func() {
			if id%2 == 0 {
				<-gate
			} else {
				select {
				case <-gate:
				case <-other:
				}
			}
			note(id)
			runtime.Gosched()
			note(10 + id)
		}()
	}
	for range 3 {
		runtime.Gosched()
	}
	note(-1)
	close(gate)
	note(-2)
	for range 20 {
		runtime.Gosched()
		note(-3)
	}
}

// groups: several wait for one WaitGroup, whose last Done comes from a goroutine.
func groups() {
	var ready, done sync.WaitGroup
	ready.Add(many)
	for id := range many {
		done.Add(1)
		go func() {
			defer done.Done()
			ready.Wait()
			note(id)
			runtime.Gosched()
			note(10 + id)
		}()
	}
	for id := range many {
		go func() {
			note(20 + id)
			ready.Done()
		}()
	}
	done.Wait()
	note(-1)
}

// conditions: Signal, Signal, Broadcast.
func conditions() {
	var mu sync.Mutex
	var done sync.WaitGroup
	cond := sync.NewCond(&mu)
	for id := range many {
		done.Add(1)
		go func() {
			defer done.Done()
			mu.Lock()
			note(id)
			cond.Wait()
			note(10 + id)
			mu.Unlock()
			runtime.Gosched()
			note(20 + id)
		}()
	}
	runtime.Gosched()
	cond.Signal()
	note(-1)
	runtime.Gosched()
	cond.Signal()
	note(-2)
	cond.Broadcast()
	done.Wait()
	note(-3)
}

// mutexes: a lock that is held while others come, and passes from one to the next.
func mutexes() {
	var mu sync.Mutex
	var done sync.WaitGroup
	mu.Lock()
	for id := range many {
		done.Add(1)
		go func() {
			defer done.Done()
			for turn := range 3 {
				mu.Lock()
				note(10*turn + id)
				if id%2 == 0 {
					runtime.Gosched()
				}
				mu.Unlock()
			}
		}()
	}
	runtime.Gosched()
	note(-1)
	mu.Unlock()
	done.Wait()
	note(-2)
}

// yields: more yields than the 61 turns after which the global queue comes first.
func yields() {
	var done sync.WaitGroup
	for id := range many {
		done.Add(1)
		go func() {
			defer done.Done()
			for turn := range 20 {
				note(10*turn + id)
				if (turn+id)%3 == 0 {
					done.Add(1)
					go func() {
						note(-10*turn - id)
						done.Done()
					}()
				}
				runtime.Gosched()
			}
		}()
	}
	done.Wait()
}
