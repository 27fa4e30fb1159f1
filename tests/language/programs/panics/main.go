// Panics, recover and Goexit in every order.
package main

import (
	"errors"
	"fmt"
	"runtime"
)

func text(before string, r any) string {
	if s, ok := r.(string); ok {
		return before + s
	}
	return before + "nothing"
}

type asked struct{ n *int }

func (a asked) Error() string {
	*a.n++
	return "asked"
}

func nested() (result string) {
	defer func() { result += text(" outer ", recover()) }()
	defer func() {
		defer func() { result += text("inner ", recover()) }()
		panic("second")
	}()
	panic("first")
}

func replaced() (result any) {
	defer func() { result = recover() }()
	defer func() { panic("newer") }()
	panic("older")
}

func deep(n int) int {
	if n == 0 {
		panic(errors.New("bottom"))
	}
	defer func() { _ = n }()
	return deep(n-1) + 1
}

func caught(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("caught")
		}
	}()
	f()
	return nil
}

func goexits(order chan<- string) {
	defer close(order)
	defer func() { order <- text("last ", recover()) }()
	defer func() {
		defer func() { order <- text("inner ", recover()) }()
		panic("while leaving")
	}()
	runtime.Goexit()
}

// overtaken recovers, below Goexit, a panic that came after it: Goexit goes on.
func overtaken(order chan<- string) {
	defer close(order)
	defer func() { order <- "left" }()
	func() {
		defer func() { order <- text("recovered ", recover()) }()
		defer func() { panic("newer") }()
		runtime.Goexit()
	}()
	order <- "not reached"
}

// aborted leaves by Goexit while it panics.
func aborted(order chan<- string) {
	defer close(order)
	defer func() { order <- text("nothing to recover: ", recover()) }()
	defer func() {
		runtime.Goexit()
	}()
	panic("aborted")
}

func helper() any { return recover() }

func notDirect() (result any) {
	defer func() { result = recover() }()
	defer func() {
		func() {
			fmt.Println("not called by the deferred call:", recover())
		}()
	}()
	panic("still there")
}

func main() {
	fmt.Println(nested())
	fmt.Println(replaced())
	fmt.Println(caught(func() { deep(50) }), caught(func() {}))
	for _, f := range []func(chan<- string){goexits, overtaken, aborted} {
		order := make(chan string)
		go f(order)
		for text := range order {
			fmt.Println(text)
		}
	}
	fmt.Println(notDirect())
	times := 0
	caught(func() { panic(asked{&times}) })
	fmt.Println("asked for its text", times, "times")
	for i := range 3 {
		fmt.Println(i, caught(func() {
			defer helper()
			panic(i)
		}))
	}
}
