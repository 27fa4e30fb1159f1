// Package log, and of os what needs no file.
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
)

func main() {
	l := log.New(os.Stdout, "pre: ", 0)
	l.Println("hello", 3, []int{1, 2})
	l.Printf("%05d", 42)
	l.SetPrefix("[x] ")
	l.SetFlags(log.Lmsgprefix)
	l.Print("a", 1, 2)
	var b bytes.Buffer
	log.SetOutput(&b)
	log.SetFlags(0)
	log.Print("kept")
	fmt.Printf("%q %q\n", b.String(), l.Prefix())
	func() {
		defer func() { fmt.Println(recover()) }()
		l.Panicf("bad %d", 7)
	}()
	fmt.Println(os.Getenv("GPUSCHED_UNSET") == "")
	os.Stdout.WriteString("direct\n")
	defer fmt.Println("never")
	l.Fatalln("the end")
}
