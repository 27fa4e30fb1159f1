// Two goroutines take two locks in opposite orders.
package main

import "sync"

type account struct {
	mu      sync.Mutex
	balance int
}

func transfer(from, to, first, second *account, amount int) {
	first.mu.Lock()
	from.balance -= amount
	second.mu.Lock()
	to.balance += amount
	second.mu.Unlock()
	first.mu.Unlock()
}

func main() {
	var a, b account
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 1000 {
			transfer(&a, &b, &a, &b, 1)
		}
	})
	wg.Go(func() {
		for range 1000 {
			transfer(&b, &a, &b, &a, 1)
		}
	})
	wg.Wait()
}
