// Program panic_method_value makes a method value of a nil interface, which panics there and not at its call.
package main

import (
	"errors"
	"fmt"
	"runtime"
)

type shape interface{ area() int }

type square int

func (s square) area() int { return int(s) * int(s) }

func bound(s shape) (f func() int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = r.(runtime.Error)
		}
	}()
	f = s.area
	return f, nil
}

func main() {
	f, err := bound(square(3))
	fmt.Println(f(), err)
	f, err = bound(nil)
	fmt.Println(f == nil, err)
	func() {
		defer func() { fmt.Println(recover()) }()
		var e error
		fmt.Println(e.(error))
	}()
	func() {
		defer func() {
			failed := recover().(*runtime.TypeAssertionError)
			fmt.Println(failed.Error())
		}()
		var x any = 1
		fmt.Println(x.(string))
	}()
	e := errors.New("text").Error
	fmt.Println(e())
	var none error
	e = none.Error
	fmt.Println("not reached", e())
}
