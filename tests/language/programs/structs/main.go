// Structs: literals, copies, comparison, nesting, arrays in them, anonymous and empty ones.
package main

import "fmt"

type vec struct{ x, y, z int }

type box struct {
	lo, hi vec
	name   string
	tags   [3]int8
	ok     bool
}

func (b box) size() vec { return vec{b.hi.x - b.lo.x, b.hi.y - b.lo.y, b.hi.z - b.lo.z} }

func grow(b box) box {
	b.hi = vec{b.hi.x + 1, b.hi.y + 1, b.hi.z + 1}
	b.tags[1]++
	return b
}

func main() {
	b := box{hi: vec{1, 2, 3}, name: "b", tags: [3]int8{7, 127, 9}}
	c := grow(b)
	fmt.Println(b.hi.x, c.hi.x, b.tags[1], c.tags[1], c.name, c.size().z)
	fmt.Println(b == c, b.lo == c.lo, b.hi == vec{1, 2, 3})
	c = b
	fmt.Println(b == c)
	c.name = "c"
	fmt.Println(b == c, b != c)
	p := &c
	p.lo.y = 5
	d := *p
	p.lo.y = 6
	fmt.Println(c.lo.y, d.lo.y)
	boxes := []box{b, c, d}
	boxes[1].hi.z = 50
	for i, x := range boxes {
		x.hi.z++
		fmt.Print(i, " ", x.hi.z, " ", boxes[i].hi.z, " ")
	}
	fmt.Println()
	point := struct{ row, col int }{3, 4}
	var nothing struct{}
	_ = nothing
	fmt.Println(point.row*point.col, len([5]struct{}{}))
	b.lo, b.hi = b.hi, b.lo
	fmt.Println(b.lo.x, b.hi.x)
}
