// Program panic_unhashable looks up a key that has no hash.
package main

import "fmt"

type point struct{ x, y []int }

func main() {
	m := map[any]int{1: 1, "one": 2}
	fmt.Println(m[1], m["one"], m[2.5])
	m[point{}] = 3
}
