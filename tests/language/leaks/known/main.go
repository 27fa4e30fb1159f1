// Goroutines that leak in every way, beside ones that only wait: a profile taken while the program runs, and the same at its end.
package main

import (
	"context"
	"sync"
	"time"
)

type job struct {
	id   int
	done chan int
}

type server struct {
	mu   sync.Mutex
	jobs chan job
	wg   sync.WaitGroup
	cond *sync.Cond
	rw   sync.RWMutex
}

var (
	global   = make(chan int)
	globalMu sync.Mutex
)

func abandoned() {
	c := make(chan int)
	go func() { c <- 1 }()
}

func firstOf(n int) int {
	results := make(chan int)
	for i := range n {
		go func() {
			square := i * i
			results <- square
		}()
	}
	return <-results
}

func missedClose() {
	jobs := make(chan job, 2)
	go func() {
		for j := range jobs {
			_ = j.id
		}
	}()
	jobs <- job{id: 1}
}

func locked() {
	s := &server{}
	s.mu.Lock()
	go func() {
		s.mu.Lock()
		s.mu.Unlock()
	}()
}

func readers() {
	s := &server{}
	s.rw.Lock()
	go func() {
		s.rw.RLock()
		s.rw.RUnlock()
	}()
}

func groups() {
	s := &server{}
	s.wg.Add(1)
	go func() { s.wg.Wait() }()
}

func conditions() {
	s := &server{}
	s.cond = sync.NewCond(&s.mu)
	go func() {
		s.mu.Lock()
		s.cond.Wait()
		s.mu.Unlock()
	}()
}

func nothing() {
	go func() { select {} }()
	go func() {
		var c chan int
		<-c
	}()
}

func selecting() {
	a, b := make(chan int), make(chan string)
	go func() {
		select {
		case <-a:
		case b <- "x":
		}
	}()
}

// chain leaks two goroutines: the second could only be freed by the first.
func chain() {
	a, b := make(chan int), make(chan int)
	go func() {
		<-a
		b <- 1
	}()
	go func() { <-b }()
}

func forgotten() {
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel
	go func() { <-ctx.Done() }()
}

// Those below wait for what can still come.

func onGlobal() {
	go func() { <-global }()
	globalMu.Lock()
	go func() {
		globalMu.Lock()
		globalMu.Unlock()
	}()
}

func onSleeper() {
	c := make(chan int)
	go func() { <-c }()
	go func() {
		time.Sleep(time.Hour)
		c <- 1
	}()
}

func onTimer() {
	go func() { <-time.After(time.Hour) }()
	c := make(chan int)
	time.AfterFunc(time.Hour, func() { close(c) })
	go func() { <-c }()
}

func onMain(c chan int) {
	go func() { c <- 1 }()
}

func relay(c chan int) {
	middle := make(chan int)
	go func() { middle <- <-c }()
	go func() { <-middle }()
}

func main() {
	held := make(chan int)
	kept := make(chan int)
	abandoned()
	firstOf(3)
	missedClose()
	locked()
	readers()
	groups()
	conditions()
	nothing()
	selecting()
	chain()
	forgotten()
	onGlobal()
	onSleeper()
	onTimer()
	onMain(held)
	relay(kept)
	profile()
	<-held
	kept <- 1
	time.Sleep(time.Millisecond)
}
