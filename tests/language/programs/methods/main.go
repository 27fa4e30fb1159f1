// Methods on values and pointers, method values, method expressions, methods of other than struct types.
package main

import "fmt"

type point struct{ x, y int }

func (p point) sum() int         { return p.x + p.y }
func (p *point) move(dx, dy int) { p.x += dx; p.y += dy }
func (p point) moved(dx int) point {
	p.x += dx
	return p
}

type celsius int

func (c celsius) double() celsius { return 2 * c }

type list []int

func (l *list) push(x int) { *l = append(*l, x) }
func (l list) total() (t int) {
	for _, x := range l {
		t += x
	}
	return
}

type handler func(int) int

func (h handler) twice(x int) int { return h(h(x)) }

type node struct {
	value int
	next  *node
}

func (n *node) length() int {
	if n == nil {
		return 0
	}
	return 1 + n.next.length()
}

func main() {
	p := point{1, 2}
	p.move(10, 20)
	q := p.moved(100)
	fmt.Println(p.sum(), q.sum(), (&q).sum())
	f := p.sum
	g := p.move
	p.x = 1000
	g(1, 1)
	fmt.Println(f(), p.x, p.y)
	h := point.sum
	k := (*point).move
	k(&p, -1, -1)
	fmt.Println(h(p))
	fmt.Println(int(celsius(21).double()))
	var l list
	l.push(4)
	l.push(5)
	fmt.Println(l.total(), len(l))
	fmt.Println(handler(func(x int) int { return x*x + 1 }).twice(2))
	var n *node
	fmt.Println(n.length(), (&node{1, &node{2, nil}}).length())
}
