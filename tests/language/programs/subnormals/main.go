// Subnormal numbers: neither operands nor results are flushed to zero.
package main

import "fmt"

var tiny = 5e-324
var small float32 = 1e-45
var least = 2.2250738585072014e-308

func main() {
	fmt.Println(tiny > 0, small > 0, tiny == 0, float64(small) > 0)
	fmt.Println(least/2 > 0, least/2 == 1.1125369292536007e-308, tiny*3/3 == tiny)
	half := float32(least)
	fmt.Println(half == 0, float32(1e-40)*float32(small) == 0)
	var x float32 = 1.1754944e-38
	n := 0
	for x > 0 {
		x /= 2
		n++
	}
	y := least
	for y > 0 {
		y /= 2
		n++
	}
	fmt.Println(n, tiny, small, least/4)
}
