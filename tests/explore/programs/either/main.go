// Two channels are ready when select looks: a wrong answer if it takes the second.
package main

import "os"

func main() {
	first, second := make(chan int, 1), make(chan int, 1)
	first <- 0
	second <- 1
	select {
	case code := <-first:
		os.Exit(code)
	case code := <-second:
		os.Exit(code)
	}
}
