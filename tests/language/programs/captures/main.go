// Captured variables: what closures see of them, whether they are stored once or more, before or after the closure is made.
package main

import (
	"fmt"
	"sync"
)

type pair struct{ a, b int }

func named() (result int) {
	defer func() { result *= 2 }()
	once := 20
	defer func() { result += once }()
	return 1
}

func recovers(limit int) (limits int) {
	defer func() {
		if got := recover(); got != nil {
			limits = -1
			fmt.Println("recovered", got, limit)
		}
	}()
	panic(limit + 1)
}

func nested(x int) func() int {
	y := x + 1
	return func() int {
		z := y + 1
		inner := func() int { return x*100 + y*10 + z }
		return inner()
	}
}

func later() int {
	v := 1
	get := func() int { return v }
	v = 2
	return get()
}

func written() int {
	n := 0
	add := func(d int) { n += d }
	add(2)
	add(3)
	return n
}

func branches(c bool) int {
	var v int
	if c {
		v = 7
	}
	get := func() int { return v }
	return get()
}

func parameters(p pair, s []int, m string) {
	done := make(chan bool)
	go func() {
		fmt.Println(p.a, p.b, len(s), s[1], m)
		done <- true
	}()
	<-done
	func() { fmt.Println(p.b, m) }()
}

func loops() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	sum := 0
	for i := range 5 {
		square := i * i
		wg.Add(1)
		go func(k int) {
			defer wg.Done()
			defer func() { mu.Unlock() }()
			mu.Lock()
			sum += square*10 + i + k
		}(i)
	}
	wg.Wait()
	fmt.Println(sum)
	var calls []func() int
	for i := 0; i < 3; i++ {
		calls = append(calls, func() int { return i })
		i := i * 10
		calls = append(calls, func() int { i++; return i })
	}
	for _, call := range calls {
		fmt.Print(call(), " ", call(), " ")
	}
	fmt.Println()
}

func pipes() {
	type message struct {
		id   int
		text string
		next *pair
	}
	in, out := make(chan message), make(chan message, 2)
	go func() {
		defer close(out)
		for m := range in {
			m.text += "!"
			m.next = &pair{m.id, len(m.text)}
			out <- m
		}
	}()
	go func() {
		for i, text := range []string{"a", "bc", "def"} {
			in <- message{id: i, text: text}
		}
		close(in)
	}()
	for m := range out {
		fmt.Println(m.id, m.text, m.next.a, m.next.b)
	}
	var last message
	select {
	case m, ok := <-out:
		last = m
		fmt.Println(ok, last.id, last.text, last.next == nil)
	case in2 := <-make(chan pair):
		fmt.Println(in2.a)
	}
	both := make(chan pair, 1)
	for i := range 4 {
		select {
		case both <- pair{i, -i}:
		case got := <-both:
			fmt.Println(got.a, got.b)
		}
	}
}

func main() {
	fmt.Println(named(), nested(1)(), later(), written(), branches(true), branches(false))
	recovers(4)
	parameters(pair{1, 2}, []int{5, 6}, "text")
	loops()
	pipes()
}
