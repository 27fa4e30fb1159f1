// Channels of slices, arrays, structs, interfaces, pointers, functions with context, and of nothing; values are copied.
package main

import (
	"fmt"
	"sync"
)

type item struct {
	name string
	at   [2]int
	next *item
}

type shape interface{ area() int }

type square int

func (s square) area() int { return int(s) * int(s) }

type box struct{ a, b int }

func (b *box) area() int { return b.a * b.b }

func slices() {
	c := make(chan []int, 2)
	s := []int{1, 2, 3}
	c <- s
	c <- s[1:]
	s[1] = 20
	s = append(s, 4)
	one, two := <-c, <-c
	fmt.Println(len(one), one[1], len(two), two[0], cap(two))
}

func arrays() {
	c := make(chan [3]int)
	go func() {
		a := [3]int{1, 2, 3}
		c <- a
		a[0] = 100
		c <- a
		close(c)
	}()
	sum := 0
	for a := range c {
		a[2]++
		sum += a[0] + a[2]
	}
	fmt.Println(sum, (<-c)[1])
}

func structs() {
	c := make(chan item, 3)
	first := item{"first", [2]int{1, 2}, nil}
	c <- first
	first.at[0] = 50
	c <- item{"second", [2]int{3, 4}, &first}
	x := <-c
	y, ok := <-c
	fmt.Println(x.name, x.at[0], y.name, y.next.at[0], ok, x == first, x == item{"first", [2]int{1, 2}, nil})
	close(c)
	z, ok := <-c
	fmt.Println(z.name == "", z.next == nil, ok)
}

func interfaces() {
	c := make(chan shape, 3)
	c <- square(3)
	c <- &box{2, 5}
	c <- nil
	close(c)
	for s := range c {
		if s == nil {
			fmt.Println("nil")
			continue
		}
		fmt.Println(s.area())
	}
	d := make(chan any, 4)
	d <- 7
	d <- "seven"
	d <- int8(7)
	d <- 7
	a, b, e, f := <-d, <-d, <-d, <-d
	fmt.Println(a == f, a == b, a == e, b)
}

func pointers() {
	c := make(chan *int)
	done := make(chan struct{})
	go func() {
		for p := range c {
			*p *= 2
		}
		close(done)
	}()
	x, y := 3, 4
	c <- &x
	c <- &y
	c <- &x
	close(c)
	<-done
	fmt.Println(x, y)
}

func functions() {
	c := make(chan func(int) int, 3)
	for i := range 3 {
		c <- func(x int) int {
			i++
			return x*10 + i
		}
	}
	f, g := <-c, <-c
	fmt.Println(f(1), f(1), g(2), (<-c)(3))
}

func nothing() {
	c := make(chan struct{}, 5)
	c <- struct{}{}
	c <- struct{}{}
	fmt.Println(len(c), cap(c))
	var wg sync.WaitGroup
	rows := make(chan chan []string, 1)
	wg.Go(func() {
		row := <-rows
		row <- []string{"a", "b"}
		close(row)
	})
	row := make(chan []string)
	rows <- row
	for words := range row {
		fmt.Println(words[0] + words[1])
	}
	wg.Wait()
}

func main() {
	slices()
	arrays()
	structs()
	interfaces()
	pointers()
	functions()
	nothing()
}
