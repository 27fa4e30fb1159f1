// Program conversions: slices to arrays, numbers, clear, copy, min and max, goto, arrays of arrays, method values and expressions.
package main

import "fmt"

type celsius float64

// outside converts floats that do not fit: the language leaves open what comes out, amd64 does not.
func outside() {
	for _, f := range []float64{-1, 300, 40000, -40000, 2147483647, 2147483648, -2147483648, -2147483649, 3e9, 1e15, -1e15, 1e300, -1e300} {
		g := float32(f)
		fmt.Println(int8(f), int16(f), int32(f), int64(f), uint8(f), uint16(f), uint32(f), int8(g), int16(g), int32(g), int64(g), uint8(g), uint16(g), uint32(g))
	}
}

type vec struct{ x, y int }

func (v vec) add(w vec) vec     { return vec{v.x + w.x, v.y + w.y} }
func (v *vec) scale(n int) *vec { v.x *= n; v.y *= n; return v }

type adder interface{ add(vec) vec }

type outer struct {
	vec
	adder
	name string
}

func arrays() {
	s := []int{1, 2, 3, 4}
	a := [4]int(s)
	p := (*[2]int)(s)
	s[0] = 10
	p[1] = 20
	fmt.Println(a[0], p[0], s[1], a[1], len(p))
	var none []int
	q := (*[0]int)(none)
	e := [0]int(none)
	fmt.Println(q == nil, len(e))
	grid := [3][4]int{{1, 2}, 2: {3: 9}}
	copied := grid
	grid[1][2] = 5
	i := 2
	copied[i][i] = 7
	row := grid[i]
	row[3]++
	fmt.Println(grid[1][2], copied[1][2], copied[2][2], grid[2][3], row[3], grid == copied, copied[0] == [4]int{1, 2, 0, 0})
	total := 0
	for _, line := range grid {
		for _, x := range line {
			total += x
		}
	}
	cubes := [2][2][2]string{}
	cubes[1][0][1] = "x"
	fmt.Println(total, cubes[1][0][1], len(cubes[0][0][0]), cubes[i-1] == [2][2]string{{"", "x"}})
	defer func() {
		r := recover()
		fmt.Println(r != nil)
	}()
	fmt.Println((*[5]int)(s)[4])
}

func numbers() {
	f := -3.99
	big := 1e10
	u := uint8(200)
	x := int64(-1) << 40
	outside()
	fmt.Println(int(f), int8(u), uint16(int8(f)), int32(int64(big)), uint32(x>>3), float32(0.1) == 0.1, celsius(36.6) > 36)
	fmt.Println(uint64(x)>>40, int16(x>>33), float64(uint64(1)<<63), uint64(float64(1<<63)))
	fmt.Println(min(3, 1, 2), max(2.5, 1), min("b", "a"), max(celsius(1), 2))
}

func builtins() {
	s := make([]vec, 3, 5)
	s[1].x = 4
	n := copy(s, s[1:])
	fmt.Println(n, s[0].x, s[1].x)
	clear(s[:2])
	fmt.Println(s[0].x, len(s), cap(s[:2:3]))
	b := make([]byte, 4)
	fmt.Println(copy(b, "longer"), len(b))
	fmt.Println(string(b))
	fmt.Println(copy(b[2:], "é"), len(b))
	fmt.Println(string(b), len(string(b)))
	func() {
		defer copy(b, "xy")
		defer clear(b)
		fmt.Println(len(b))
	}()
	fmt.Println(string(b[:2]), b[3])
	var t []string
	t = append(t, append([]string{"a"}, t...)...)
	t = append(t[:0:0], "b", t[0])
	fmt.Println(len(t), t[0], t[1])
}

func methods() {
	v := vec{1, 2}
	add, scale := vec.add, (*vec).scale
	bound := v.add
	grow := v.scale
	v.x = 100
	fmt.Println(add(v, vec{1, 1}).x, bound(vec{1, 1}).x, adder.add(v, vec{}).x)
	scale(&v, 2)
	fmt.Println(v.x, v.y)
	fmt.Println(grow(3) == &v, v.y)
	o := outer{vec: vec{1, 1}, adder: vec{5, 5}, name: "o"}
	o.scale(4)
	fmt.Println(o.vec.add(vec{1, 1}).x, o.adder.add(vec{1, 1}).x, o.x)
	f := (*outer).scale
	f(&o, 2)
	fmt.Println(o.x)
	func() {
		defer func() { fmt.Println(recover() != nil) }()
		var nothing adder
		g := nothing.add
		fmt.Println(g)
	}()
}

func jumps(n int) (steps int) {
	i := 0
again:
	steps++
	if i < n {
		i += 2
		goto again
	}
	for {
		if steps > 10 {
			goto done
		}
		steps += 3
	}
done:
	return steps
}

func variadic(prefix string, xs ...int) int { return len(prefix) + len(xs) }

func main() {
	arrays()
	numbers()
	builtins()
	methods()
	fmt.Println(jumps(5), jumps(50))
	fmt.Println(variadic("a"), variadic("a", 1, 2), variadic("a", []int{4, 5, 6}...))
}
