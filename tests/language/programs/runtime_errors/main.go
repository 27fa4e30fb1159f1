// Run-time errors that recover gives are values of type runtime.Error, with Go's texts.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
)

type shape interface{ area() int }

type square struct{ side int }

func (s square) area() int { return s.side * s.side }

type named interface{ Name() string }

func try(what string, f func()) {
	defer func() {
		r := recover()
		fmt.Println(what, r)
		if e, ok := r.(runtime.Error); ok {
			fmt.Println("  runtime.Error:", e.Error())
		}
		if e, ok := r.(error); ok {
			fmt.Printf("  %T %v %s\n", e, e, e)
		} else {
			fmt.Printf("  %T\n", r)
		}
		if _, ok := r.(*runtime.TypeAssertionError); ok {
			fmt.Println("  a failed assertion")
		}
		if _, ok := r.(*runtime.PanicNilError); ok {
			fmt.Println("  panic(nil)")
		}
	}()
	f()
}

func main() {
	var list []int
	var none *square
	var m map[string]int
	var c chan int
	var s shape
	var any1, any2 any = []int{1}, []int{1}
	array, text, zero, minus := [3]int{1, 2, 3}, "text", len(list), -1
	closed := make(chan int)
	close(closed)
	try("index", func() { _ = list[2+zero] })
	try("negative index", func() { _ = array[minus] })
	try("index of a string", func() { _ = text[zero+9] })
	try("length", func() { list = array[:][:zero+7] })
	try("string", func() { text = text[zero+5:] })
	try("order", func() { list = array[zero+2 : zero+1] })
	try("capacity", func() { list = array[0 : zero : zero+9] })
	try("three", func() { list = array[0 : zero+3 : zero+2] })
	try("low", func() { list = array[zero+3 : zero+2 : 2] })
	try("negative bound", func() { list = array[minus:] })
	try("nil pointer", func() { none.side = 1 })
	try("nil interface", func() { s.area() })
	try("divide", func() { fmt.Println(1 / zero) })
	try("shift", func() { fmt.Println(1 << minus) })
	try("makeslice", func() { list = make([]int, minus) })
	try("makeslice cap", func() { list = make([]int, 2, zero+1) })
	try("makechan", func() { c = make(chan int, minus) })
	try("send", func() { closed <- 1 })
	try("close", func() { close(closed) })
	try("close nil", func() { close(c) })
	try("nil map", func() { m["x"] = 1 })
	try("unhashable", func() { _ = map[any]int{any1: 1} })
	try("uncomparable", func() { fmt.Println(any1 == any2) })
	try("array", func() { _ = [4]int(array[:]) })
	try("assertion", func() { fmt.Println(any1.(string)) })
	try("assertion of nil", func() { fmt.Println(s.(square)) })
	try("assertion to an interface", func() { fmt.Println(any1.(named)) })
	try("assertion of nil to an interface", func() { fmt.Println(s.(named)) })
	try("atomic nil", func() { new(atomic.Value).Store(nil) })
	try("nil", func() { panic(nil) })
	try("string value", func() { panic("said") })
	try("nothing", func() {})
}
