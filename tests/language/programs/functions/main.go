// Functions: several results, named results, variadic ones, function values, recursion to great depth.
package main

import "fmt"

func divide(a, b int) (int, int) { return a / b, a % b }

func split(n int) (low, high int, ok bool) {
	low = n / 2
	if n < 0 {
		return
	}
	high, ok = n-low, true
	return
}

func sum(first int, rest ...int) int {
	for _, x := range rest {
		first += x
	}
	return first
}

func swap(a, b string) (string, string) { return b, a }

func apply(f func(int, int) int, a, b int) int { return f(a, b) }

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func depth(n int) int {
	if n == 0 {
		return 0
	}
	return 1 + depth(n-1)
}

func even(n int) bool { return n == 0 || odd(n-1) }
func odd(n int) bool  { return n != 0 && even(n-1) }

func ackermann(m, n int) int {
	switch {
	case m == 0:
		return n + 1
	case n == 0:
		return ackermann(m-1, 1)
	}
	return ackermann(m-1, ackermann(m, n-1))
}

func main() {
	fmt.Println(divide(17, 5))
	fmt.Println(split(9))
	fmt.Println(split(-9))
	fmt.Println(sum(1), sum(1, 2, 3), sum(1, []int{4, 5}...))
	fmt.Println(sum(divide(23, 4)))
	fmt.Println(swap("a", "bc"))
	add := func(a, b int) int { return a + b }
	fmt.Println(apply(add, 3, 4), apply(func(a, b int) int { return a * b }, 3, 4))
	var none func()
	fmt.Println(none == nil, add != nil)
	fmt.Println(fib(20), depth(20000), even(101), ackermann(2, 4))
	table := []func(int) int{
		func(x int) int { return x + 1 },
		func(x int) int { return x * x },
	}
	x := 5
	for _, f := range table {
		x = f(x)
	}
	fmt.Println(x)
}
