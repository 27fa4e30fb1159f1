// A run-time error is recovered and panicked with again, under another panic.
package main

import "fmt"

type late struct{}

func (late) Error() string { return "late\nin two lines" }

func again(list []int) {
	defer func() {
		r := recover()
		fmt.Println(r)
		panic(r)
	}()
	_ = list[3]
}

func main() {
	defer func() { panic(late{}) }()
	again(make([]int, 1))
}
