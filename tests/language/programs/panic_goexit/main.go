// Main calls Goexit and no goroutine is left.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	done := make(chan bool)
	go func() {
		fmt.Println("alive")
		done <- true
	}()
	<-done
	runtime.Goexit()
}
