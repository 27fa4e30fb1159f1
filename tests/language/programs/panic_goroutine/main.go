// A panic of a goroutine ends the process although main waits.
package main

import "fmt"

func deep(n int) int {
	if n == 0 {
		panic("bottom")
	}
	return deep(n-1) + 1
}

func main() {
	fmt.Println("before")
	done := make(chan int)
	go func() {
		defer fmt.Println("deferred")
		done <- deep(5)
	}()
	fmt.Println(<-done)
}
