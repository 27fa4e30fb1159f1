// Defer: order, arguments at the time of the statement, results changed afterwards, in loops, of methods and closures.
package main

import "fmt"

type lock struct{ depth int }

func (l *lock) acquire() { l.depth++ }
func (l *lock) release() { l.depth--; fmt.Println("released", l.depth) }

func named(n int) (result int) {
	defer func() { result *= 2 }()
	defer func() { result++ }()
	return n
}

func loop() {
	for i := 0; i < 4; i++ {
		defer fmt.Print(i, " ")
	}
	fmt.Print("loop: ")
}

func guarded(l *lock, n int) int {
	l.acquire()
	defer l.release()
	if n == 0 {
		return 0
	}
	return 1 + guarded(l, n-1)
}

func early(n int) {
	defer fmt.Println("always", n)
	if n < 0 {
		return
	}
	defer fmt.Println("only when positive")
}

func nested() {
	defer func() {
		defer fmt.Println("inner of inner")
		fmt.Println("inner")
	}()
	fmt.Println("body")
}

func main() {
	fmt.Println(named(5))
	loop()
	fmt.Println()
	var l lock
	fmt.Println(guarded(&l, 2), l.depth)
	early(-1)
	early(1)
	nested()
	x := 1
	defer fmt.Println("at the statement", x)
	defer func() { fmt.Println("at the end", x) }()
	x = 2
	var f func(int) = func(v int) { fmt.Println("value", v, x) }
	defer f(x)
	f = nil
	x = 3
}
