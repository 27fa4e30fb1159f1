// Program type_switches: switches on types, embedded interfaces, comparison of interfaces, nil inside.
package main

import (
	"errors"
	"fmt"
)

type reader interface{ read() string }
type writer interface{ write(string) }
type both interface {
	reader
	writer
}
type closer interface {
	both
	close() error
}

type file struct{ data []string }

func (f *file) read() string   { return f.data[len(f.data)-1] }
func (f *file) write(s string) { f.data = append(f.data, s) }
func (f *file) close() error   { return nil }

type number int

func (n number) read() string { return "number" }

type failure struct{ code int }

func (f *failure) Error() string { return "failure" }

type pair[A, B any] struct {
	a A
	b B
}

func kind(x any) string {
	switch v := x.(type) {
	case nil:
		return "nil"
	case int, int64:
		return "integer"
	case number:
		return "number " + string(rune('0'+v))
	case string:
		return "string " + v
	case closer:
		v.write("closed")
		return "closer " + v.read()
	case reader:
		return "reader " + v.read()
	case error:
		return "error " + v.Error()
	case []int:
		return "slice " + string(rune('0'+len(v)))
	case [2]int:
		return "array " + string(rune('0'+v[1]))
	case func() string:
		return "func " + v()
	case map[string]int:
		return "map " + string(rune('0'+v["x"]))
	case chan int:
		return "chan " + string(rune('0'+cap(v)))
	case *int:
		return "pointer"
	case struct{ x int }:
		return "struct"
	case pair[int, string]:
		return "pair " + v.b
	case complex128, float64:
		return "wide"
	}
	return "other"
}

func mayFail(fail bool) error {
	var f *failure
	if fail {
		f = &failure{3}
	}
	return f
}

func try(f func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = "panic"
			if _, ok := r.(string); ok {
				text = "panic with string"
			}
		}
	}()
	f()
	return "fine"
}

func main() {
	n := 3
	values := []any{nil, 1, int64(2), number(7), "s", &file{}, errors.New("e"), []int{1, 2}, [2]int{1, 2}, func() string { return "f" },
		map[string]int{"x": 4}, make(chan int, 5), &n, struct{ x int }{1}, pair[int, string]{1, "p"}, pair[string, int]{"p", 1}, 2.5, 1i, true, int8(1)}
	for _, v := range values {
		fmt.Println(kind(v))
	}
	for i, v := range values {
		switch i {
		case 7, 9, 10:
			fmt.Println(try(func() { fmt.Println(v == v) }))
		default:
			fmt.Println(v == values[i], v == values[(i+1)%len(values)])
		}
	}
	fmt.Println(mayFail(false) == nil, mayFail(true) == nil, mayFail(false) == error((*failure)(nil)))
	var r reader = &file{data: []string{"x"}}
	w, ok := r.(writer)
	_, no := r.(fmt.Stringer)
	fmt.Println(ok, no, w.(reader) == r, r.(both).read())
	r = number(1)
	fmt.Println(r == number(1), r == reader(number(2)), r != nil, any(r) == any(1))
	fmt.Println(try(func() { fmt.Println(r.(writer)) }), try(func() { panic("text") }), try(func() { var e error; fmt.Println(e.Error()) }))
	x, y := any(pair[any, any]{1, "a"}), any(pair[any, any]{1, "a"})
	fmt.Println(x == y, x == any(pair[any, any]{1, []int{}}))
	fmt.Println(try(func() { fmt.Println(any(pair[any, any]{nil, []int{}}) == any(pair[any, any]{nil, []int{}})) }))
}
