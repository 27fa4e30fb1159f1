// Channels: unbuffered, buffered, of structs, strings and channels, close, range, directions, len, cap, nil.
package main

import "fmt"

type message struct {
	id    int
	text  string
	reply chan int
}

func produce(n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			out <- i
		}
	}()
	return out
}

func square(in <-chan int, out chan<- int) {
	for x := range in {
		out <- x * x
	}
	close(out)
}

func serve(in <-chan message) {
	for m := range in {
		m.reply <- m.id + len(m.text)
	}
}

func main() {
	b := make(chan string, 3)
	b <- "x"
	b <- "yy"
	fmt.Println(len(b), cap(b))
	b <- "zzz"
	close(b)
	for s := range b {
		fmt.Print(s, " ")
	}
	s, ok := <-b
	fmt.Println(s == "", ok, len(b))

	squares := make(chan int, 2)
	go square(produce(6), squares)
	for x := range squares {
		fmt.Print(x, " ")
	}
	fmt.Println()

	in := make(chan message)
	go serve(in)
	reply := make(chan int)
	for i, text := range []string{"a", "bcd"} {
		in <- message{i * 10, text, reply}
		fmt.Println(<-reply)
	}
	close(in)

	var none chan int
	fmt.Println(none == nil, len(none), cap(none), reply == reply, reply != none)
	chans := make(chan chan int, 1)
	chans <- reply
	c := <-chans
	go func() { c <- 5 }()
	v, ok := <-reply
	fmt.Println(v, ok)

	empty := make(chan struct{})
	go func() {
		fmt.Println("before")
		close(empty)
	}()
	<-empty
	_, open := <-empty
	fmt.Println(open)

	big := make(chan [5]int, 2)
	big <- [5]int{1, 2, 3, 4, 5}
	big <- [5]int{4: 9}
	first, second := <-big, <-big
	fmt.Println(first[3], second[4], first == second)

	ring := make(chan int, 4)
	sum := 0
	for i := range 20 {
		ring <- i
		if i >= 3 {
			sum = sum*3%1000 + <-ring
		}
	}
	fmt.Println(sum, len(ring))

	flags := make(chan bool, 1)
	flags <- true
	if <-flags {
		fmt.Println("true received")
	}
	errs := make(chan error, 1)
	errs <- nil
	fmt.Println(<-errs == nil)
	funcs := make(chan func(int) int, 1)
	funcs <- func(x int) int { return x + sum }
	fmt.Println((<-funcs)(1))
}
