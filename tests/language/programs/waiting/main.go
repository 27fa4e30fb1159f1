// Sync.WaitGroup, sync.Cond and sync.Once.
package main

import (
	"fmt"
	"sync"
)

type queue struct {
	mu       sync.Mutex
	notEmpty *sync.Cond
	notFull  *sync.Cond
	items    []int
	limit    int
}

func newQueue(limit int) *queue {
	q := &queue{limit: limit}
	q.notEmpty = sync.NewCond(&q.mu)
	q.notFull = sync.NewCond(&q.mu)
	return q
}

func (q *queue) put(x int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == q.limit {
		q.notFull.Wait()
	}
	q.items = append(q.items, x)
	q.notEmpty.Signal()
}

func (q *queue) get() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.notEmpty.Wait()
	}
	x := q.items[0]
	q.items = q.items[1:]
	q.notFull.Signal()
	return x
}

func main() {
	q := newQueue(3)
	var wg sync.WaitGroup
	for p := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 25 {
				q.put(p*100 + i)
			}
		}()
	}
	sum := 0
	for range 100 {
		sum += q.get()
	}
	wg.Wait()
	fmt.Println(sum)

	var once sync.Once
	runs := 0
	for range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			once.Do(func() { runs++ })
		}()
	}
	wg.Wait()
	fmt.Println(runs)

	gate := sync.NewCond(&sync.Mutex{})
	open := false
	passed := 0
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			gate.L.Lock()
			for !open {
				gate.Wait()
			}
			passed++
			gate.L.Unlock()
		}()
	}
	gate.L.Lock()
	open = true
	gate.L.Unlock()
	gate.Broadcast()
	wg.Wait()
	fmt.Println(passed)

	var phases sync.WaitGroup
	for phase := range 3 {
		results := make([]int, 4)
		for i := range results {
			phases.Add(1)
			go func() {
				results[i] = i * phase
				phases.Done()
			}()
		}
		phases.Wait()
		fmt.Print(results[0]+results[1]+results[2]+results[3], " ")
	}
	fmt.Println()
}
