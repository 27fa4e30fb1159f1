// Main leaves by Goexit, and nobody else can run.
package main

import "runtime"

func worker(c chan int) {
	<-c
}

func main() {
	go worker(make(chan int))
	runtime.Goexit()
}
