// Program range_functions: ranges over functions and integers, with defer, return, labels and recover in their bodies.
package main

import (
	"errors"
	"fmt"
)

type seq func(yield func(int) bool)

func count(n int) seq {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func pairs(yield func(string, int) bool) {
	_ = yield("a", 1) && yield("b", 2) && yield("c", 3)
}

type closer struct{ name string }

func (c *closer) close(n int) { fmt.Println("close", c.name, n) }

type closing interface{ close(n int) }

func deferring(n int) (total int) {
	for i := range count(n) {
		defer func() {
			total += i
			fmt.Println("deferred", i, total)
		}()
		total += 100
		if i == 2 {
			return total
		}
	}
	fmt.Println("after loop")
	return total + 1000
}

func mixed() {
	defer fmt.Println("outer")
	for s, i := range pairs {
		defer fmt.Println("inner", s, i)
		c := &closer{s}
		defer c.close(i)
		var k closing = c
		defer k.close(-i)
	}
	fmt.Println("end of mixed")
}

func recovering() (text string, err error) {
	for i := range count(5) {
		defer func() {
			if r := recover(); r != nil {
				err = errors.New("recovered " + r.(string) + string(rune(48+i)))
			}
		}()
		if i == 1 {
			panic("stop")
		}
		text += "x"
	}
	return text, nil
}

func nested() (found int) {
outer:
	for i := range count(10) {
		for j := range count(10) {
			switch {
			case j == 3:
				continue outer
			case i == 4:
				break outer
			case i*j == 100:
				return -1
			}
			found += i*10 + j
		}
	}
	return
}

func early(n int) (int, error) {
	for i := range count(n) {
		if i == 3 {
			return i, errors.New("three")
		}
	}
	return n, nil
}

func only() {
	for range count(2) {
		defer func() { fmt.Println("only") }()
	}
}

func unnamed() int {
	x := 1
	for i := range count(3) {
		defer func() { x += i }()
		x *= 2
	}
	return x
}

func main() {
	fmt.Println(deferring(2))
	fmt.Println(deferring(5))
	mixed()
	text, err := recovering()
	fmt.Println(text, err.Error())
	fmt.Println(nested())
	_, err = early(5)
	fmt.Println(err.Error())
	n, err := early(2)
	fmt.Println(n, err == nil)
	only()
	fmt.Println(unnamed())
	sum := 0
	for i := range 10 {
		if i%2 == 0 {
			continue
		}
		sum += i
	}
	var small uint8
	for small = range 5 {
	}
	for range 3 {
		sum++
	}
	fmt.Println(sum, small)
}
