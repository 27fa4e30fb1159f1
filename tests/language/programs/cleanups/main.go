// Cleanups: they run for what nothing reaches, once, after runtime.GC; what registers no longer need is not reached.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

type node struct {
	name string
	next *node
	more [4]int
}

var (
	kept  *node
	count atomic.Int64
	mu    sync.Mutex
	names = map[string]int{}
)

func note(name string) {
	mu.Lock()
	names[name]++
	mu.Unlock()
	count.Add(1)
}

// cycle collects and waits until so many cleanups have run, or for a while if they do not.
func cycle(want int64) {
	runtime.GC()
	for range 50 {
		if count.Load() >= want {
			break
		}
		time.Sleep(time.Millisecond)
	}
	time.Sleep(2 * time.Millisecond)
}

// ran prints what has been cleaned up since the last time.
func ran(title string, of ...string) {
	mu.Lock()
	defer mu.Unlock()
	fmt.Print(title, ":")
	for _, name := range of {
		if names[name] > 0 {
			fmt.Print(" ", name, "*", names[name])
		}
		delete(names, name)
	}
	fmt.Println(" others", len(names))
	count.Store(0)
}

//go:noinline
func made(name string) *node {
	n := &node{name: name}
	runtime.AddCleanup(n, note, name)
	return n
}

func told(f func()) {
	defer func() { fmt.Println("recovered:", recover()) }()
	f()
}

func variables() {
	dead := made("dead")
	live := made("live")
	fmt.Println(dead.name)
	cycle(1)
	ran("variables", "dead", "live")
	fmt.Println(live.name)
	cycle(1)
	ran("later", "dead", "live")
}

func reached() {
	kept = made("package variable")
	chain := made("head")
	chain.next = made("tail")
	buffered := make(chan *node, 1)
	buffered <- made("buffered")
	byKey := map[int]*node{1: made("in a map")}
	blocked := make(chan int)
	go func(n *node) {
		<-blocked
		fmt.Println(n.name)
		blocked <- 0
	}(made("on a stack"))
	timer := time.AfterFunc(time.Hour, func(n *node) func() { return func() { fmt.Println(n.name) } }(made("in a timer")))
	cycle(1)
	ran("reached", "package variable", "head", "tail", "buffered", "in a map", "on a stack", "in a timer")
	fmt.Println(chain.next.name, len(buffered), len(byKey))
	kept = nil
	blocked <- 1
	<-blocked
	timer.Stop()
	clear(byKey)
	<-buffered
	chain = chain.next
	cycle(5)
	ran("dropped", "package variable", "head", "buffered", "in a map", "on a stack")
	fmt.Println(chain.name)
	cycle(1)
	ran("dropped too", "tail", "in a timer")
}

func stopped() {
	n := &node{name: "n"}
	first := runtime.AddCleanup(n, note, "first")
	runtime.AddCleanup(n, note, "second")
	runtime.AddCleanup(&n.more[2], note, "interior")
	first.Stop()
	first.Stop()
	runtime.KeepAlive(n)
	cycle(2)
	ran("stopped", "first", "second", "interior")
	first.Stop()
}

func arguments() {
	inner := made("inner")
	outer := &node{name: "outer"}
	runtime.AddCleanup(outer, func(n *node) { note("outer, whose argument was " + n.name) }, inner)
	cycle(1)
	ran("arguments", "outer, whose argument was inner", "inner")
	cycle(1)
	ran("then", "inner")
	wide := &node{}
	runtime.AddCleanup(wide, func(x [3]string) { note(x[0] + x[1] + x[2]) }, [3]string{"a", "b", "c"})
	slice := make([]node, 3)
	runtime.AddCleanup(&slice[1], func(x struct{}) { note("element") }, struct{}{})
	cycle(2)
	ran("kinds", "abc", "element")
}

func refused() {
	n := &node{}
	told(func() { runtime.AddCleanup((*node)(nil), note, "nil") })
	told(func() { runtime.AddCleanup(n, func(*node) {}, n) })
	told(func() { runtime.AddCleanup(n, func(*int) {}, &n.more[0]) })
	told(func() { runtime.AddCleanup(n, func(int) { fmt.Println(n.name) }, 1) })
	told(func() { runtime.AddCleanup(&kept, func(int) { note("never") }, 1) })
	kept = n
}

// unwound drops what a frame that panics no longer needs, and keeps what deferred calls need.
func unwound() {
	kept, lost := made("kept"), made("lost")
	defer func() {
		fmt.Println(recover())
		cycle(0)
		ran("recovered", "kept", "lost")
		fmt.Println(kept.name)
	}()
	if lost.next == nil {
		cycle(0)
		ran("before", "kept", "lost")
		panic("panics")
	}
	fmt.Println(lost.name)
}

func many() {
	for range 100 {
		runtime.AddCleanup(new(node), note, "one of many")
	}
	cycle(99)
	mu.Lock()
	fmt.Println("many:", names["one of many"] >= 99)
	clear(names)
	mu.Unlock()
	count.Store(0)
}

func restarted() {
	n := made("restarted")
	runtime.AddCleanup(n, func(left int) {
		go note("from a cleanup")
		time.Sleep(time.Millisecond)
		note("slept")
		runtime.AddCleanup(new(node), note, "of a cleanup")
	}, 1)
	cycle(3)
	ran("cleanups", "restarted", "from a cleanup", "slept")
	cycle(1)
	ran("and theirs", "of a cleanup")
}

func main() {
	fmt.Println(runtime.NumGoroutine())
	variables()
	fmt.Println(runtime.NumGoroutine())
	reached()
	stopped()
	arguments()
	refused()
	unwound()
	many()
	restarted()
	fmt.Println(runtime.NumGoroutine())
}
