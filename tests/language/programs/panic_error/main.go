// Panic with an error value.
package main

import "fmt"

type failure struct{ code int }

func (f failure) Error() string { return "the disk is full" }

func main() {
	defer fmt.Println("deferred")
	var err error = failure{3}
	panic(err)
}
