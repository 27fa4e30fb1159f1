// Select, one P: what a select leaves in the queues of the cases that lost, what
// it says of a channel that was closed meanwhile, and when it takes default.
package main

import (
	"fmt"
	"runtime"
)

func receive(a, b chan int, done chan bool) {
	select {
	case v, ok := <-a:
		fmt.Println("a", v, ok)
	case v, ok := <-b:
		fmt.Println("b", v, ok)
	}
	done <- true
}

func offer(a, b chan int, done chan bool) {
	select {
	case a <- 1:
		fmt.Println("sent to a")
	case b <- 2:
		fmt.Println("sent to b")
	}
	done <- true
}

func main() {
	a, b, done := make(chan int), make(chan int), make(chan bool, 3)
	go receive(a, b, done)
	runtime.Gosched()
	a <- 5
	<-done
	select {
	case b <- 6:
		fmt.Println("somebody still waits at b")
	default:
		fmt.Println("nobody waits at b")
	}

	go offer(a, b, done)
	runtime.Gosched()
	fmt.Println(<-b)
	<-done
	select {
	case v := <-a:
		fmt.Println("somebody still offers", v)
	default:
		fmt.Println("nobody offers to a")
	}

	go receive(a, b, done)
	go receive(b, a, done)
	runtime.Gosched()
	b <- 7
	close(a)
	<-done
	<-done

	full, room, defaults := make(chan int, 100), make(chan int, 100), 0
	for range 100 {
		full <- 1
	}
	for range 150 {
		select {
		case <-full:
		case room <- 1:
		default:
			defaults++
		}
	}
	fmt.Println(defaults, len(full)+cap(room)-len(room))
}
