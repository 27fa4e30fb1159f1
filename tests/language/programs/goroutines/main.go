// Go statements: arguments are evaluated at once; functions, methods, closures, method values.
package main

import "fmt"

type account struct{ balance int }

func (a *account) add(n int, done chan<- bool) { a.balance += n; done <- true }

func worker(id, n int, out chan<- int) {
	s := 0
	for i := 1; i <= n; i++ {
		s += i * id
	}
	out <- s
}

func tree(depth int) int {
	if depth == 0 {
		return 1
	}
	left, right := make(chan int), make(chan int)
	go func() { left <- tree(depth - 1) }()
	go func() { right <- tree(depth - 1) }()
	return <-left + <-right
}

func main() {
	out := make(chan int)
	n := 10
	for id := 1; id <= 5; id++ {
		go worker(id, n, out)
	}
	n = 1000
	total := 0
	for range 5 {
		total += <-out
	}
	fmt.Println(total)
	done := make(chan bool)
	a := &account{1}
	go a.add(10, done)
	<-done
	f := a.add
	go f(100, done)
	<-done
	go (*account).add(a, 1000, done)
	<-done
	fmt.Println(a.balance)
	fmt.Println(tree(8))
	var chain func(n int, in chan int)
	chain = func(n int, in chan int) {
		if n == 0 {
			in <- 0
			return
		}
		next := make(chan int)
		go chain(n-1, next)
		in <- 1 + <-next
	}
	in := make(chan int)
	go chain(500, in)
	fmt.Println(<-in)
}
