// A deferred function panics while its goroutine panics; the other deferred functions run.
package main

import "fmt"

func main() {
	defer fmt.Println("last")
	defer func() {
		defer fmt.Println("inner")
		panic(2)
	}()
	defer fmt.Println("first")
	panic("one")
}
