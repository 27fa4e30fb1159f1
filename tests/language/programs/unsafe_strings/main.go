// Strings and slices of bytes without a copy, as libraries convert them.
package main

import (
	"fmt"
	"unsafe"
)

func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

func stringOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func sum(b []byte) (n int) {
	for _, c := range b {
		n = n*31 + int(c)
	}
	return n
}

func main() {
	constant, made := "constant", "ma"+string([]byte("de"))
	fmt.Println(sum(bytesOf(constant)), sum(bytesOf(made)), sum(bytesOf(constant[3:])), len(bytesOf("")))
	b := []byte("bytes")
	s := stringOf(b)
	fmt.Println(s, s[1:3], string(bytesOf(s)), string(bytesOf(constant)[2:5]))
	b[0] = 'B'
	fmt.Println(s, &bytesOf(s)[0] == &b[0], unsafe.StringData(made) == unsafe.StringData(made))
}
