// Row01, one P: main starts ten goroutines, then yields. The newest runs first
// (runnext), the others in order, main after them or at a tick divisible by 61.
package main

import (
	"fmt"
	"runtime"
)

var order []int

func f(i int) {
	order = append(order, i)
}

func main() {
	for i := 0; i < 10; i++ {
		go f(i)
	}
	runtime.Gosched()
	main := len(order)
	for len(order) < 10 {
		runtime.Gosched()
	}
	fmt.Print("order")
	for _, i := range order {
		fmt.Print(" ", i)
	}
	fmt.Println()
	fmt.Println("main after", main)
}
