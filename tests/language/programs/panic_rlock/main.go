// RUnlock of a mutex that nobody holds.
package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.RWMutex
	mu.RLock()
	mu.RUnlock()
	fmt.Println("once")
	mu.RUnlock()
}
