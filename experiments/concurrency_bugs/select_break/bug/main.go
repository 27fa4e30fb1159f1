// break leaves the select and not the loop, so after the close the loop goes on with zero values until it is told to quit. Exit status 4: it did.
package main

import (
	"os"
	"sync"
)

func main() {
	values, quit := make(chan int), make(chan bool)
	turns := 0
	var wg sync.WaitGroup
	wg.Go(func() {
	loop:
		for {
			select {
			case _, ok := <-values:
				turns++
				if !ok {
					break
				}
			case <-quit:
				break loop
			}
		}
	})
	for i := range 5 {
		values <- i
	}
	close(values)
	close(quit)
	wg.Wait()
	if turns > 6 {
		os.Exit(4)
	}
}
