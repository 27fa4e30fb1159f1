// Four goroutines pass tokens through channels, a mutex and a wait group: about 1,000 actions.
package main

import "sync"

const rounds = 40

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	total := 0
	a, b := make(chan int), make(chan int, 4)
	for range 2 {
		wg.Add(2)
		go func() {
			defer wg.Done()
			for i := range rounds {
				a <- i
				b <- i
			}
		}()
		go func() {
			defer wg.Done()
			for range rounds {
				v := <-a
				v += <-b
				mu.Lock()
				total += v
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	if total != 2*rounds*(rounds-1) {
		panic("lost")
	}
}
