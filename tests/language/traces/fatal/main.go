// A mutex is unlocked twice.
package main

import "sync"

func release(mu *sync.Mutex) {
	mu.Unlock()
}

func main() {
	var mu sync.Mutex
	go func() { select {} }()
	mu.Lock()
	release(&mu)
	release(&mu)
}
