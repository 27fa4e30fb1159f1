// A recovered panic goes on.
package main

import "fmt"

func again() {
	defer func() {
		r := recover()
		fmt.Println("recovered", r)
		panic(r)
	}()
	panic("first")
}

func main() {
	defer func() { panic(recover()) }()
	again()
}
