// All goroutines are asleep.
package main

import "sync"

type stage struct {
	in, out chan int
	done    sync.WaitGroup
}

func (s *stage) run() {
	defer s.done.Done()
	for v := range s.in {
		s.out <- v
	}
}

func start(n int) *stage {
	s := &stage{in: make(chan int), out: make(chan int)}
	for range n {
		s.done.Add(1)
		go s.run()
	}
	return s
}

func main() {
	s := start(2)
	s.in <- 1
	s.done.Wait()
}
