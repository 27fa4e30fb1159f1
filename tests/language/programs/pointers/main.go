// Pointers: to locals, fields, elements, pointers; new; a linked list; swapping.
package main

import "fmt"

type item struct {
	key  int
	next *item
}

type pair struct {
	a, b int
	in   struct{ c, d int }
}

func swap(x, y *int) { *x, *y = *y, *x }

func escape(n int) *int {
	m := n * n
	return &m
}

func main() {
	a, b := 1, 2
	swap(&a, &b)
	fmt.Println(a, b)
	p, q := escape(7), escape(8)
	*p++
	fmt.Println(*p, *q, p == q, p != nil)
	pp := &p
	**pp = 5
	*pp = q
	fmt.Println(*p, p == q)
	var t pair
	c := &t.in.c
	*c = 9
	t.b = 3
	u := t
	*c = 10
	fmt.Println(t.in.c, u.in.c, u.b, t == u)
	arr := [4]int{1, 2, 3, 4}
	e := &arr[2]
	*e *= 10
	s := arr[1:]
	f := &s[2]
	*f = -1
	fmt.Println(arr[0], arr[1], arr[2], arr[3], e == &s[1])
	n := new(int)
	*n += 3
	fmt.Println(*n)
	var head *item
	for i := 0; i < 5; i++ {
		head = &item{i, head}
	}
	var reversed *item
	for head != nil {
		head, head.next, reversed = head.next, reversed, head
	}
	for it := reversed; it != nil; it = it.next {
		fmt.Print(it.key, " ")
	}
	fmt.Println()
	link := &reversed
	for *link != nil {
		if (*link).key%2 == 1 {
			*link = (*link).next
			continue
		}
		link = &(*link).next
	}
	for it := reversed; it != nil; it = it.next {
		fmt.Print(it.key, " ")
	}
	fmt.Println()
}
