// Package reflect: conversions, what a type can hold, closing a channel; settings that only GODEBUG changes.
package main

import (
	"fmt"
	"math"
	"math/rand"
	"reflect"
)

type celsius float64

type name string

type never struct {
	_ [0]func()
	n int
}

func (n name) String() string { return "name " + string(n) }

type point struct{ x, y int }

type place struct{ x, y int }

func convert(x any, to reflect.Type) {
	v := reflect.ValueOf(x)
	fmt.Print(v.Type(), " to ", to, ": ", v.Type().ConvertibleTo(to), " ", v.CanConvert(to))
	if v.CanConvert(to) {
		fmt.Printf(" %v", v.Convert(to))
	}
	fmt.Println()
}

func main() {
	for _, to := range []reflect.Type{reflect.TypeFor[int8](), reflect.TypeFor[uint16](), reflect.TypeFor[float32](), reflect.TypeFor[celsius](), reflect.TypeFor[string]()} {
		for _, x := range []any{300, int8(-3), uint64(1) << 40, 2.75, float32(-1.5), celsius(36.6), "text", name("n"), true} {
			convert(x, to)
		}
	}
	convert("héllo", reflect.TypeFor[[]byte]())
	convert("héllo", reflect.TypeFor[[]rune]())
	convert([]byte("bytes"), reflect.TypeFor[name]())
	convert([]rune{104, 233}, reflect.TypeFor[string]())
	convert(point{1, 2}, reflect.TypeFor[place]())
	convert(&point{1, 2}, reflect.TypeFor[string]())
	convert(name("x"), reflect.TypeFor[fmt.Stringer]())
	convert(-1, reflect.TypeFor[string]())
	convert(complex64(1+2i), reflect.TypeFor[complex128]())
	fmt.Println(reflect.ValueOf(int8(0)).OverflowInt(127), reflect.ValueOf(int8(0)).OverflowInt(128), reflect.ValueOf(uint16(0)).OverflowUint(1<<16))
	fmt.Println(reflect.ValueOf(float32(0)).OverflowFloat(math.MaxFloat32), reflect.ValueOf(float32(0)).OverflowFloat(1e300), reflect.ValueOf(0.0).OverflowFloat(1e300))
	func() {
		defer func() { fmt.Println(recover()) }()
		reflect.ValueOf(true).Convert(reflect.TypeFor[int]())
	}()
	ch := make(chan point, 1)
	ch <- point{3, 4}
	reflect.ValueOf(ch).Close()
	p, ok := <-ch
	fmt.Println(p, ok)
	p, ok = <-ch
	fmt.Println(p, ok)
	fmt.Println(reflect.TypeFor[never]().Comparable(), reflect.TypeFor[[0]func()]().Comparable(), reflect.TypeFor[[0]int]().Comparable())
	func() {
		defer func() { fmt.Println(recover()) }()
		var x, y any = never{n: 1}, never{n: 1}
		fmt.Println(x == y)
	}()
	rand.Seed(1)
	fmt.Println(rand.Intn(1))
}
