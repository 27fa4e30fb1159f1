package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

type walker struct{ depth int }

func (w *walker) walk(n int) {
	if n == 0 {
		show("walked")
		return
	}
	w.depth++
	w.walk(n - 1)
	w.depth--
}

// show prints the functions and lines of package main on the stack, and where a panic or Goexit stands between them.
func show(what string) {
	fmt.Println(what)
	lines := strings.Split(string(debug.Stack()), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "panic(") || strings.HasPrefix(line, "runtime.Goexit(") {
			fmt.Println(" ", line[:strings.Index(line, "(")])
		}
		if strings.HasPrefix(line, "main.") && i+1 < len(lines) {
			place := lines[i+1][strings.LastIndex(lines[i+1], "/")+1:]
			place, _, _ = strings.Cut(place, " ")
			fmt.Println(" ", line[:strings.LastIndex(line, "(")], place)
		}
	}
}

func fails(at []int, i int) int {
	return at[i] + 1
}

func caught() (result int) {
	defer func() {
		show(fmt.Sprint("recovered ", recover()))
		result = -1
	}()
	return fails(nil, 3) + 1
}

func main() {
	w := &walker{}
	w.walk(3)
	fmt.Println(caught())
	once := sync.OnceFunc(func() { panic("once") })
	func() {
		defer func() {
			show(fmt.Sprint("once ", recover() != nil))
		}()
		once()
	}()
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { show("leaving") }()
		runtime.Goexit()
	}()
	<-done
	if got := string(debug.Stack()); !strings.HasPrefix(got, "goroutine 1 [running]:\nruntime/debug.Stack(") {
		fmt.Println(got)
	}
}
