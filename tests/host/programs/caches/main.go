// Caches does what takes longer where caches and processors matter: goroutines in turn, words and channels that two Ps change, wake-ups, timers, idling.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"gpusched/work"
)

const (
	which  = 0
	many   = 3
	rounds = 10
)

func turns() {
	var done sync.WaitGroup
	for range many {
		done.Add(1)
		go func() {
			for range rounds {
				runtime.Gosched()
			}
			done.Done()
		}()
	}
	done.Wait()
}

// words: two goroutines add to the words whose numbers they have.
func words(mine, other int) {
	var counts [32]atomic.Int64
	var begun, done sync.WaitGroup
	begun.Add(2)
	for _, at := range [...]int{mine, other} {
		done.Add(1)
		go func() {
			begun.Done()
			begun.Wait()
			for range rounds {
				work.CPU(10 * time.Microsecond)
				counts[at].Add(1)
			}
			done.Done()
		}()
	}
	done.Wait()
}

func channel() {
	c := make(chan int, 2*rounds)
	var begun, done sync.WaitGroup
	begun.Add(2)
	for range 2 {
		done.Add(1)
		go func() {
			begun.Done()
			begun.Wait()
			for i := range rounds {
				work.CPU(10 * time.Microsecond)
				c <- i
			}
			done.Done()
		}()
	}
	done.Wait()
}

func wake() {
	start := time.Now()
	go func() {}()
	fmt.Print(time.Since(start).Nanoseconds())
}

// yields: how often a goroutine yields while main sleeps.
func yields() {
	var stop atomic.Bool
	count := 0
	done := make(chan bool)
	go func() {
		for !stop.Load() {
			count++
			runtime.Gosched()
		}
		done <- true
	}()
	time.Sleep(time.Millisecond)
	stop.Store(true)
	<-done
	fmt.Print(count)
}

func idle() {
	time.Sleep(time.Millisecond)
	c := make(chan int, 1)
	c <- 1
	<-c
}

// crowd: many goroutines wait for one mutex, then for one condition, then in one select each, on whatever P they are.
func crowd() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	a, b := make(chan int), make(chan int)
	open := false
	var done sync.WaitGroup
	mu.Lock()
	for range many {
		done.Add(1)
		go func() {
			work.CPU(time.Microsecond)
			mu.Lock()
			for !open {
				cond.Wait()
			}
			mu.Unlock()
			select {
			case <-a:
			case <-b:
			}
			done.Done()
		}()
	}
	work.CPU(time.Millisecond)
	mu.Unlock()
	work.CPU(time.Millisecond)
	mu.Lock()
	open = true
	cond.Broadcast()
	mu.Unlock()
	work.CPU(time.Millisecond)
	close(a)
	done.Wait()
}

// again: many goroutines, and as many once more, made of the dead ones.
func again() {
	for range 2 {
		var done sync.WaitGroup
		for range many {
			done.Add(1)
			go done.Done()
		}
		done.Wait()
	}
}

func main() {
	switch which {
	case 0:
		turns()
	case 1:
		words(0, 0)
	case 2:
		words(0, 16)
	case 3:
		channel()
	case 4:
		wake()
	case 5:
		yields()
	case 6:
		idle()
	case 7:
		crowd()
	case 8:
		again()
	}
}
