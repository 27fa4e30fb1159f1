// The number of a goroutine as programs read it from runtime.Stack, which also fills short buffers.
package main

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

func goid() int {
	buf := make([]byte, 64)
	buf = buf[:runtime.Stack(buf, false)]
	buf = bytes.TrimPrefix(buf, []byte("goroutine "))
	n, err := strconv.Atoi(string(buf[:bytes.IndexByte(buf, ' ')]))
	if err != nil {
		panic(err)
	}
	return n
}

func main() {
	fmt.Println(goid())
	ids := map[int]bool{}
	c := make(chan int)
	for range 10 {
		go func() { c <- goid() }()
	}
	for range 10 {
		ids[<-c] = true
	}
	fmt.Println(len(ids), ids[1], ids[0])
	small := make([]byte, 9)
	fmt.Println(runtime.Stack(small, false), string(small), runtime.Stack(nil, false))
	done := make(chan bool)
	go func() {
		defer close(done)
		lines := strings.Split(string(debug.Stack()), "\n")
		fmt.Println(strings.Contains(lines[0], "[running]:"), strings.HasPrefix(lines[1], "runtime/debug.Stack("), strings.HasPrefix(lines[3], "main.main.func"))
	}()
	<-done
}
