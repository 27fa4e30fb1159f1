// A ticker that is always due keeps nobody else from running.
package main

import (
	"fmt"
	"time"
)

func main() {
	ticker := time.NewTicker(time.Hour)
	ticker.Reset(1)
	other := make(chan int)
	go func() {
		for i := 0; i < 100; i++ {
			other <- i
		}
		close(other)
	}()
	sum, ticks := 0, 0
	for open := true; open; {
		select {
		case <-ticker.C:
			ticks++
		case i, ok := <-other:
			sum, open = sum+i, ok
		}
	}
	ticker.Stop()
	<-time.After(time.Millisecond)
	fmt.Println(sum, ticks >= 0)
}
