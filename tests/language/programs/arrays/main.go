// Arrays: values that are copied, compared, nested, ranged over.
package main

import "fmt"

type grid [3][4]int

func fill(g grid, v int) grid {
	for r := range g {
		for c := range g[r] {
			g[r][c] = v + r*10 + c
		}
	}
	return g
}

func total(g *grid) (t int) {
	for _, row := range g {
		for _, v := range row {
			t += v
		}
	}
	return
}

func main() {
	var zero grid
	g := fill(zero, 100)
	fmt.Println(zero[2][3], g[2][3], total(&g), len(g), len(g[0]))
	h := g
	h[1][1] = 0
	fmt.Println(g == h, g[1][1], h[1][1], g[0] == h[0])
	a := [...]int{5: 1, 2, 1: 9}
	fmt.Println(len(a), a[0], a[1], a[5], a[6])
	for i, v := range a {
		a[6] = 77
		if i == 6 {
			fmt.Println(v, a[6])
		}
	}
	names := [2]string{"x", "yy"}
	other := names
	other[0] += "z"
	fmt.Println(names == other, names[0], other[0])
	p := &a
	p[3] = 4
	for i := range p {
		p[i]++
	}
	fmt.Println(a[3], len(p))
	i := 2
	i, a[i] = 4, 40
	fmt.Println(i, a[2], a[4])
}
