// A select without cases while another goroutine waits too: a deadlock.
package main

import "fmt"

func main() {
	fmt.Println("before")
	go func() {
		var c chan int
		c <- 1
	}()
	select {}
}
