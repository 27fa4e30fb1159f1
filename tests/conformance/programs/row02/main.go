// Row02, one P: six receivers wait on a channel in order 0..5; close wakes them.
package main

import (
	"fmt"
	"runtime"
)

var order []int

func main() {
	c := make(chan int)
	for i := 0; i < 6; i++ {
		go func() {
			<-c
			order = append(order, i)
		}()
		runtime.Gosched()
	}
	close(c)
	for len(order) < 6 {
		runtime.Gosched()
	}
	fmt.Print("close")
	for _, i := range order {
		fmt.Print(" ", i)
	}
	fmt.Println()
}
