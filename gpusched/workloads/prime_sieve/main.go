// Prime_sieve is the classic chain of filters: a goroutine for each prime found,
// all joined by unbuffered channels. It asks how much of a program's time goes
// into channel hand-offs when the goroutines compute next to nothing.
package main

import "fmt"

const primes = 100

func generate(out chan<- int) {
	for i := 2; ; i++ {
		out <- i
	}
}

func filter(in <-chan int, out chan<- int, prime int) {
	for {
		i := <-in
		if i%prime != 0 {
			out <- i
		}
	}
}

func main() {
	numbers := make(chan int)
	go generate(numbers)
	prime := 0
	for i := 0; i < primes; i++ {
		prime = <-numbers
		rest := make(chan int)
		go filter(numbers, rest, prime)
		numbers = rest
	}
	fmt.Println("prime", primes, "is", prime)
}
