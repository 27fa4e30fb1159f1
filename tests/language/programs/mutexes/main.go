// Sync.Mutex and sync.RWMutex: exclusion, TryLock, readers together, writers alone.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type safe struct {
	sync.Mutex
	n int
}

func (s *safe) add(k int) {
	s.Lock()
	defer s.Unlock()
	old := s.n
	runtime.Gosched()
	s.n = old + k
}

func main() {
	var s safe
	var wg sync.WaitGroup
	for i := 1; i <= 20; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 10 {
				s.add(i)
			}
		}()
	}
	wg.Wait()
	fmt.Println(s.n)
	fmt.Println(s.TryLock(), s.TryLock())
	s.Unlock()
	fmt.Println(s.TryLock())

	var rw sync.RWMutex
	var inside, most, writes int
	var count sync.Mutex
	for range 5 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 5 {
				rw.RLock()
				count.Lock()
				inside++
				most = max(most, inside)
				count.Unlock()
				runtime.Gosched()
				count.Lock()
				inside--
				count.Unlock()
				rw.RUnlock()
			}
		}()
	}
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 5 {
				rw.Lock()
				if inside != 0 {
					fmt.Println("a reader beside a writer")
				}
				old := writes
				runtime.Gosched()
				writes = old + 1
				rw.Unlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println(inside, most > 1, writes)
	rw.RLock()
	fmt.Println(rw.TryRLock(), rw.TryLock())
	rw.RUnlock()
	rw.RUnlock()
	fmt.Println(rw.TryLock(), rw.TryRLock())
	l := rw.RLocker()
	rw.Unlock()
	l.Lock()
	fmt.Println(rw.TryLock())
}
