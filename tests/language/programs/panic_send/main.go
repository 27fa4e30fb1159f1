// A goroutine sends on a closed channel.
package main

import (
	"fmt"
	"time"
)

func main() {
	c := make(chan int, 1)
	close(c)
	fmt.Println("closed")
	go func() { c <- 1 }()
	time.Sleep(100 * time.Millisecond)
	fmt.Println("not reached")
}
