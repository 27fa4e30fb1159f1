// Slices: make, append and its growth, copy, three-index slices, sharing, nil, of slices.
package main

import "fmt"

func show(s []int) {
	fmt.Print(len(s), " ", cap(s), ":")
	for _, x := range s {
		fmt.Print(" ", x)
	}
	fmt.Println()
}

func quicksort(s []int) {
	if len(s) < 2 {
		return
	}
	pivot, last := s[len(s)/2], len(s)-1
	lo, hi := 0, last
	for lo <= hi {
		for s[lo] < pivot {
			lo++
		}
		for s[hi] > pivot {
			hi--
		}
		if lo <= hi {
			s[lo], s[hi] = s[hi], s[lo]
			lo++
			hi--
		}
	}
	quicksort(s[:hi+1])
	quicksort(s[lo:])
}

// Package variables: the compiler gives slices that do not escape other capacities.
var (
	s, kept []int
	small   = []int16{1, 2, 3}
	words   = []string{"a"}
	triples = []triple{{1, 2, 3}}
)

type triple struct{ a, b, c int32 }

func main() {
	fmt.Println(s == nil, len(s), cap(s))
	before := -1
	for i := 0; i < 2000; i++ {
		s = append(s, i)
		if cap(s) != before {
			before = cap(s)
			fmt.Print(before, " ")
		}
	}
	fmt.Println()
	t := make([]int, 3, 10)
	u := append(t, 1, 2)
	v := append(t, 7)
	show(t)
	show(u)
	show(v)
	w := t[1:2:3]
	show(w)
	w = append(w, 5)
	w = append(w, 6)
	w[0] = -1
	show(w)
	show(t)
	show(t[:5])
	fmt.Println(copy(u, []int{9, 8, 7, 6, 5, 4, 3}), copy(u[1:], u))
	show(u)
	u = append(u[:1], u[3:]...)
	show(u)
	kept = append(kept, u...)
	show(kept)
	text := append([]byte("ab"), "cde"...)
	fmt.Println(len(text), text[4], string(text))
	rows := make([][]int, 4)
	for i := range rows {
		rows[i] = make([]int, i)
		for j := range rows[i] {
			rows[i][j] = i * j
		}
	}
	show(rows[3])
	numbers := []int{}
	x := uint32(1)
	for range 40 {
		x = x*1664525 + 1013904223
		numbers = append(numbers, int(x>>24))
	}
	quicksort(numbers)
	for _, n := range numbers {
		fmt.Print(n, " ")
	}
	fmt.Println()
	clear(numbers[:3])
	show(numbers[:5:5])
	array := [6]int{0, 1, 2, 3, 4, 5}
	show(array[2:4])
	show(array[:0])
	empty := []int{}
	fmt.Println(empty == nil, len(append(empty, empty...)))
	small = append(small, 4)
	words = append(words, "b", "c", "d", "e")
	fmt.Println(cap(small), len(words), cap(words), words[4])
	triples = append(triples, triple{4, 5, 6}, triple{7, 8, 9})
	fmt.Println(cap(triples), triples[2].b)
}
