// Select: default, send and receive, closed and nil channels, loops, several ready cases, timeouts.
package main

import (
	"fmt"
	"time"
)

func try(c chan int, v int) bool {
	select {
	case c <- v:
		return true
	default:
		return false
	}
}

func poll(c chan int) (int, bool, bool) {
	select {
	case v, ok := <-c:
		return v, ok, true
	default:
	}
	return 0, false, false
}

func fibonacci(c chan int, quit chan bool) {
	x, y := 0, 1
	for {
		select {
		case c <- x:
			x, y = y, x+y
		case <-quit:
			quit <- true
			return
		}
	}
}

func main() {
	c := make(chan int, 1)
	fmt.Println(try(c, 1), try(c, 2))
	fmt.Println(poll(c))
	fmt.Println(poll(c))
	close(c)
	fmt.Println(poll(c))
	var none chan int
	fmt.Println(try(none, 1))
	fmt.Println(poll(none))

	d, quit := make(chan int), make(chan bool)
	go fibonacci(d, quit)
	for range 10 {
		fmt.Print(<-d, " ")
	}
	quit <- true
	<-quit
	fmt.Println()

	var ready [3]chan int
	seen := [3]int{}
	for i := range ready {
		ready[i] = make(chan int, 300)
		for range 300 {
			ready[i] <- i
		}
	}
	for range 300 {
		select {
		case i := <-ready[0]:
			seen[i]++
		case i := <-ready[1]:
			seen[i]++
		case i := <-ready[2]:
			seen[i]++
		}
	}
	fmt.Println(seen[0]+seen[1]+seen[2], seen[0] > 50, seen[1] > 50, seen[2] > 50)

	a, b := make(chan string), make(chan string)
	go func() {
		a <- "from a"
		close(a)
	}()
	go func() {
		b <- "from b"
		close(b)
	}()
	total := 0
	for a != nil || b != nil {
		select {
		case s, ok := <-a:
			if !ok {
				a = nil
				continue
			}
			total += len(s)
		case s, ok := <-b:
			if !ok {
				b = nil
				break
			}
			total += len(s)
		}
	}
	fmt.Println(total)

	select {
	case <-make(chan int):
		fmt.Println("never")
	case <-time.After(2 * time.Millisecond):
		fmt.Println("timeout")
	}

	values := []int{0, 0}
	index := 1
	e := make(chan int, 1)
	e <- 42
	select {
	case values[index] = <-e:
	}
	fmt.Println(values[0], values[1])

	answer := make(chan int)
	go func() {
		select {
		case answer <- 7:
		case <-time.After(time.Hour):
		}
	}()
	time.Sleep(time.Millisecond)
	fmt.Println(<-answer)

loop:
	for i := 0; ; i++ {
		select {
		case <-none:
		default:
			if i == 3 {
				fmt.Println("left at", i)
				break loop
			}
		}
	}

	for i := range 3 { // nothing but a default
		select {
		default:
			if i == 1 {
				break
			}
			fmt.Println("default", i)
		}
	}
	select {
	default:
	}
}
