// Panics with values of several types: this one has a String method and is no error.
package main

import "fmt"

type state int

func (s state) String() string {
	if s == 0 {
		return "idle"
	}
	return "busy"
}

func main() {
	fmt.Println("before")
	panic(state(1))
}
