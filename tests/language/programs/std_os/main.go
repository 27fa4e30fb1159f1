// Package os as far as a world has one: arguments, an environment of its own, an empty standard input.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	fmt.Println(len(os.Args), len(os.Args[1:]))
	os.Clearenv()
	fmt.Println(os.Environ(), os.Getenv("A") == "")
	fmt.Println(os.Setenv("A", "1"), os.Setenv("B", "two"), os.Setenv("A", "3"), os.Setenv("", "x"), os.Setenv("a=b", "x"))
	value, ok := os.LookupEnv("A")
	fmt.Println(value, ok, os.Getenv("B"), os.ExpandEnv("$A-${B}-$C."), os.Environ())
	fmt.Println(os.Unsetenv("A"), os.Environ())
	_, ok = os.LookupEnv("A")
	fmt.Println(ok, os.Stdout.Name())
	lines := 0
	for scanner := bufio.NewScanner(os.Stdin); scanner.Scan(); {
		lines++
	}
	n, err := os.Stdin.Read(make([]byte, 1))
	fmt.Println(lines, n, err == io.EOF)
	fmt.Println(os.IsNotExist(os.ErrNotExist), os.IsExist(fmt.Errorf("x: %w", os.ErrExist)), errors.Is(os.ErrNotExist, os.ErrExist))
	fmt.Fprintln(os.Stdout, "done")
}
