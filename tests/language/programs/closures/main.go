// Closures: captured variables are shared, loop variables are new each time, counters keep their state.
package main

import "fmt"

func counter(step int) (func() int, func()) {
	n := 0
	return func() int { n += step; return n }, func() { n = 0 }
}

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func main() {
	next, reset := counter(3)
	fmt.Println(next(), next(), next())
	reset()
	fmt.Println(next())
	other, _ := counter(10)
	fmt.Println(other(), next())

	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i *= 2; return i })
	}
	for _, f := range fs {
		fmt.Print(f(), " ", f(), " ")
	}
	fmt.Println()

	var last func() int
	for _, word := range []string{"a", "bb", "ccc"} {
		old := last
		last = func() int {
			if old == nil {
				return len(word)
			}
			return 10*old() + len(word)
		}
	}
	fmt.Println(last())

	var fact func(n int) int
	fact = func(n int) int {
		if n < 2 {
			return 1
		}
		return n * fact(n-1)
	}
	fmt.Println(fact(10))
	double := func(x int) int { return 2 * x }
	fmt.Println(compose(double, double, func(x int) int { return x - fact(3) })(5))

	x := 1
	func() {
		x := x + 10
		x++
	}()
	func() { x += 100 }()
	fmt.Println(x)
}
