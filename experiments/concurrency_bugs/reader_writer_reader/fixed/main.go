// A reader takes the read lock again while it holds it; a writer that came between lets neither of them go on.
// Mended: the inner function relies on the lock that its caller holds.
package main

import "sync"

type table struct {
	mu   sync.RWMutex
	rows []int
}

func (t *table) count() int {
	// the caller holds the lock
	return len(t.rows)
}

func (t *table) sum() (total int) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for range t.count() {
		total++
	}
	return total
}

func main() {
	t := table{rows: make([]int, 100)}
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 500 {
			t.sum()
		}
	})
	wg.Go(func() {
		for i := range 500 {
			t.mu.Lock()
			t.rows[i%100]++
			t.mu.Unlock()
		}
	})
	wg.Wait()
}
