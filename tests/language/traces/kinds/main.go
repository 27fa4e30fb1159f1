// Goroutines that wait in every way, when another one panics.
package main

import (
	"runtime"
	"sync"
	"time"
)

type account struct {
	mu      sync.Mutex
	rw      sync.RWMutex
	balance int
}

func (a *account) add(n int) {
	a.mu.Lock()
	a.balance += n
	a.mu.Unlock()
}

func (a *account) read() int {
	a.rw.RLock()
	defer a.rw.RUnlock()
	return a.balance
}

func (a *account) write(n int) {
	a.rw.Lock()
	a.balance = n
	a.rw.Unlock()
}

type queue struct{ items chan int }

func (q queue) take() int { return <-q.items }

type taker interface{ take() int }

func first[T any](c chan T) T { return <-c }

type pair[K comparable, V any] struct {
	key K
	c   chan V
}

func (p *pair[K, V]) put(v V) { p.c <- v }

func nested(c chan int) {
	inner := func(n int) {
		func() {
			select {
			case <-c:
			case c <- n:
			}
		}()
	}
	inner(1)
}

func parked(t taker) { t.take() }

func at(list []int, i int) int { return list[i] }

func fail(list []int) int {
	return at(list, 7)
}

func wait(cond *sync.Cond) {
	cond.L.Lock()
	cond.Wait()
	cond.L.Unlock()
}

func main() {
	var a account
	var none chan int
	c, s := make(chan int), make(chan string)
	a.mu.Lock()
	go a.add(1)
	time.Sleep(time.Millisecond)
	a.rw.Lock()
	go func() { a.read() }()
	time.Sleep(time.Millisecond)
	go a.write(2)
	time.Sleep(time.Millisecond)
	go queue{c}.take()
	go parked(queue{c})
	go first(c)
	go first[string](s)
	p := &pair[int, string]{1, make(chan string)}
	go p.put("x")
	go nested(make(chan int))
	go func() { <-none }()
	go func() { none <- 1 }()
	go func() { select {} }()
	var wg sync.WaitGroup
	wg.Add(1)
	go wg.Wait()
	wg.Go(func() { time.Sleep(time.Hour) })
	go time.Sleep(time.Minute)
	go wait(sync.NewCond(&sync.Mutex{}))
	time.AfterFunc(time.Nanosecond, func() {
		<-make(chan bool)
	})
	go func() {
		defer func() { <-c }()
		runtime.Goexit()
	}()
	go func() {
		defer func() {
			recover()
			<-make(chan bool)
		}()
		fail(nil)
	}()
	time.Sleep(20 * time.Millisecond)
	fail([]int{1, 2, 3})
}
