// Interfaces: dynamic dispatch, comparison, nil, embedding of interfaces, assertions.
package main

import "fmt"

type shape interface {
	area() int
	name() string
}

type named interface{ name() string }

type square struct{ side int }
type rect struct{ w, h int }
type unit struct{}
type counted struct{ n *int }

func (s square) area() int    { return s.side * s.side }
func (s square) name() string { return "square" }
func (r *rect) area() int     { return r.w * r.h }
func (r *rect) name() string  { return "rect" }
func (unit) area() int        { return 1 }
func (unit) name() string     { return "unit" }
func (c counted) area() int   { *c.n++; return *c.n }
func (c counted) name() string {
	return "counted"
}

type failure struct{ code int }

func (f failure) Error() string { return "failure" }

func try(n int) error {
	if n > 2 {
		return failure{n}
	}
	return nil
}

func main() {
	n := 40
	r := &rect{2, 3}
	shapes := []shape{square{4}, r, unit{}, counted{&n}, &square{5}}
	r.w = 10
	for _, s := range shapes {
		fmt.Println(s.name(), s.area())
	}
	fmt.Println(n)
	var s shape
	fmt.Println(s == nil, shapes[0] == shape(square{4}), shapes[0] == shape(square{5}), shapes[1] == shape(r), shapes[0] == shapes[2])
	var x named = shapes[1]
	fmt.Println(x.name())
	if q, ok := x.(shape); ok {
		fmt.Println(q.area())
	}
	if q, ok := shapes[0].(square); ok {
		fmt.Println(q.side)
	}
	_, ok := shapes[0].(*rect)
	fmt.Println(ok)
	f := shapes[3].area
	f()
	fmt.Println(n)
	err := try(3)
	fmt.Println(try(1) == nil, err != nil, err.Error(), err.(failure).code)
	var any1, any2 any = 5, 5
	fmt.Println(any1 == any2, any1 == any("5"), any1.(int)+1)
	any2 = int32(5)
	fmt.Println(any1 == any2)
	g := shape.area
	fmt.Println(g(square{6}))
}
