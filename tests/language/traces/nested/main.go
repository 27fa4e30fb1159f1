// A deferred call panics while its goroutine panics, after another one was recovered.
package main

import "errors"

var gone = errors.New("gone")

func guarded() {
	defer func() {
		recover()
	}()
	panic("kept")
}

func second() {
	panic(gone)
}

func main() {
	defer func() {
		guarded()
		second()
	}()
	var list []int
	_ = list[len(list)]
}
