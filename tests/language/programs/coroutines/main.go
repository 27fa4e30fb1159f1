// Coroutines: iter.Pull and Pull2, how they end, and panics and Goexit that pass through them.
package main

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"
)

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println("count ends")
		for i := range n {
			if !yield(i) {
				fmt.Println("stopped at", i)
				return
			}
		}
	}
}

func plain() {
	next, stop := iter.Pull(count(3))
	for range 5 {
		fmt.Println(next())
	}
	stop()
	next, stop = iter.Pull(count(10))
	fmt.Println(next())
	fmt.Println(next())
	stop()
	stop()
	fmt.Println(next())
	next, stop = iter.Pull(count(1))
	stop()
	fmt.Println(next())
	fmt.Println(runtime.NumGoroutine())
}

func pairs() {
	next, stop := iter.Pull2(slices.All([]string{"a", "b", "c"}))
	defer stop()
	for {
		i, text, ok := next()
		if !ok {
			break
		}
		fmt.Println(i, text)
	}
	fmt.Println(slices.Sorted(maps.Keys(map[int]bool{3: true, 1: true, 2: true})))
}

// zip asks two iterators in turn.
func zip[A, B any](a iter.Seq[A], b iter.Seq[B]) iter.Seq2[A, B] {
	return func(yield func(A, B) bool) {
		nextA, stopA := iter.Pull(a)
		defer stopA()
		nextB, stopB := iter.Pull(b)
		defer stopB()
		for {
			x, ok := nextA()
			y, also := nextB()
			if !ok || !also || !yield(x, y) {
				return
			}
		}
	}
}

type tree struct {
	left, right *tree
	value       int
}

func (t *tree) all(yield func(int) bool) bool {
	return t == nil || t.left.all(yield) && yield(t.value) && t.right.all(yield)
}

func sameFringe(a, b *tree) bool {
	nextA, stopA := iter.Pull(func(yield func(int) bool) { a.all(yield) })
	defer stopA()
	nextB, stopB := iter.Pull(func(yield func(int) bool) { b.all(yield) })
	defer stopB()
	for {
		x, ok := nextA()
		y, also := nextB()
		if x != y || ok != also {
			return false
		}
		if !ok {
			return true
		}
	}
}

var errBroken = errors.New("broken")

func broken(yield func(int) bool) {
	yield(1)
	panic(errBroken)
}

func attempt(name string, f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { fmt.Println(name, recover()) }()
		f()
		fmt.Println(name, "returned")
	}()
	<-done
}

func endings() {
	attempt("panic in next", func() {
		next, stop := iter.Pull(iter.Seq[int](broken))
		defer func() { fmt.Println(next()) }()
		defer stop()
		fmt.Println(next())
		next()
	})
	attempt("panic in stop", func() {
		next, stop := iter.Pull(func(yield func(int) bool) {
			defer func() { panic("in defer") }()
			yield(1)
		})
		fmt.Println(next())
		stop()
	})
	attempt("goexit in next", func() {
		next, _ := iter.Pull(func(yield func(int) bool) {
			yield(1)
			runtime.Goexit()
		})
		fmt.Println(next())
		next()
	})
	attempt("next in the iterator", func() {
		var next func() (int, bool)
		next, stop := iter.Pull(func(yield func(int) bool) {
			yield(1)
			next()
		})
		defer stop()
		next()
		next()
	})
	attempt("yield after the end", func() {
		var kept func(int) bool
		next, stop := iter.Pull(func(yield func(int) bool) { kept = yield; yield(1) })
		fmt.Println(next())
		stop()
		fmt.Println(kept(2))
	})
}

// moved lets one iterator be asked by one goroutine after the other, and block within.
func moved() {
	gate := make(chan int)
	next, stop := iter.Pull(func(yield func(int) bool) {
		for x := range gate {
			time.Sleep(time.Microsecond)
			if !yield(x * x) {
				return
			}
		}
	})
	defer stop()
	for i := range 4 {
		var wg sync.WaitGroup
		wg.Go(func() { gate <- i })
		wg.Go(func() { fmt.Println(next()) })
		wg.Wait()
	}
	close(gate)
	fmt.Println(next())
}

func main() {
	plain()
	pairs()
	for a, b := range zip(slices.Values([]int{1, 2, 3}), slices.Values([]string{"x", "y"})) {
		fmt.Println(a, b)
	}
	fmt.Println(sameFringe(&tree{&tree{nil, nil, 1}, nil, 2}, &tree{nil, &tree{nil, nil, 2}, 1}))
	fmt.Println(sameFringe(&tree{&tree{nil, nil, 1}, nil, 2}, &tree{nil, nil, 1}))
	endings()
	moved()
	var total int
	next, stop := iter.Pull(count(10000))
	for x, ok := next(); ok; x, ok = next() {
		total += x
	}
	stop()
	fmt.Println(total)
}
