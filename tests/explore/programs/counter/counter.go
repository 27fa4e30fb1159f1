// Package counter loses counts.
package counter

import "sync"

// Counter counts under a lock, but reads and writes in two critical sections.
type Counter struct {
	mu    sync.Mutex
	count int
}

// Add adds n.
func (c *Counter) Add(n int) {
	c.mu.Lock()
	count := c.count
	c.mu.Unlock()
	c.mu.Lock()
	c.count = count + n
	c.mu.Unlock()
}
