// Program fatal_in_panic ends by a fatal error in a deferred call of a panic, itself in one of another's: all are told.
package main

import "sync"

func second() {
	var mu sync.Mutex
	mu.Unlock()
}

func first() {
	defer second()
	panic("two")
}

func main() {
	defer first()
	panic("one")
}
