// Program maps: keys of all kinds, growth, deletion, iteration.
package main

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

type point struct{ x, y int }

type key struct {
	name string
	p    *int
	v    any
	f    float64
	_    int
}

type shape interface{ area() int }

func (p point) area() int { return p.x * p.y }

type named map[string][]int

func sum(m map[int]int) (keys, values int) {
	for k, v := range m {
		keys += k
		values += v
	}
	return
}

func basics() {
	m := map[string]int{"a": 1, "b": 2}
	m["c"]++
	m["a"] += 10
	v, ok := m["b"]
	_, no := m["z"]
	fmt.Println(m["a"], v, ok, no, m["c"], m["z"], len(m))
	delete(m, "a")
	delete(m, "a")
	delete(m, "zz")
	fmt.Println(len(m), m["a"])
	var nilmap map[string]int
	delete(nilmap, "a")
	clear(nilmap)
	for range nilmap {
		fmt.Println("never")
	}
	fmt.Println(nilmap == nil, m == nil, len(nilmap), nilmap["x"])
	clear(m)
	fmt.Println(len(m), m["b"])
	m["new"] = 7
	for k, v := range m {
		fmt.Println(k, v)
	}
}

func large() {
	m := make(map[int]int)
	for i := range 500 {
		m[i*7] = i
	}
	fmt.Println(sum(m))
	for i := range 500 {
		if i%3 != 0 {
			delete(m, i*7)
		}
	}
	fmt.Println(len(m), m[21], m[7])
	for i := range 300 {
		m[-i] = i
	}
	fmt.Println(sum(m))
	big := make(map[int]struct{}, 100)
	for i := range 100 {
		big[i] = struct{}{}
	}
	_, has := big[99]
	_, not := big[100]
	fmt.Println(len(big), has, not)
}

func keys() {
	n := 5
	k := key{"n", &n, point{1, 2}, 0, 1}
	m := map[key]string{k: "found"}
	negative := math.Copysign(0, -1)
	k2 := key{"n", &n, point{1, 2}, negative, 2}
	fmt.Println(m[k2], m[key{"n", &n, point{2, 1}, 0, 1}] == "")
	anys := map[any]int{1: 1, int8(1): 2, "s": 3, 2.5: 4, point{1, 2}: 5, nil: 6, true: 7, &n: 8, [2]string{"a", "b"}: 9}
	fmt.Println(anys[1], anys[int8(1)], anys["s"], anys[2.5], anys[point{1, 2}], anys[nil], anys[true], anys[&n], anys[[2]string{"a", "b"}], anys[uint(1)], len(anys))
	shapes := map[shape]bool{point{3, 4}: true}
	fmt.Println(shapes[point{3, 4}], shapes[point{4, 3}])
	arrays := map[[3]int]string{{1, 2, 3}: "x"}
	fmt.Println(arrays[[3]int{1, 2, 3}], len(arrays[[3]int{}]))
	c, d := make(chan int), make(chan int)
	chans := map[chan int]int{c: 1, d: 2}
	fmt.Println(chans[c], chans[d], chans[nil])
	nan := math.NaN()
	floats := map[float64]int{nan: 1, nan + 1: 2, 0: 3}
	floats[negative]++
	total := 0
	for _, v := range floats {
		total += v
	}
	fmt.Println(len(floats), floats[nan], floats[0], total)
	delete(floats, nan)
	fmt.Println(len(floats))
	clear(floats)
	fmt.Println(len(floats))
	empty := map[struct{}]int{}
	empty[struct{}{}]++
	empty[struct{}{}]++
	fmt.Println(empty[struct{}{}], len(empty))
	var x any = nan
	fmt.Println(x == x, any(negative) == any(0.0))
}

func nested() {
	m := map[string]map[string]int{}
	for _, word := range []string{"ab", "ac", "bc", "bd", "be"} {
		first := word[:1]
		if m[first] == nil {
			m[first] = map[string]int{}
		}
		m[first][word[1:]]++
	}
	var names []string
	for first, rest := range m {
		for second := range rest {
			names = append(names, first+second)
		}
	}
	sort.Strings(names)
	fmt.Println(strings.Join(names, " "), len(m["b"]))
	slices := named{}
	slices["x"] = append(slices["x"], 1, 2, 3)
	slices["x"][1] = 20
	fmt.Println(slices["x"], len(slices))
	points := map[string]*point{"p": {1, 2}}
	points["p"].x = 9
	fmt.Println(*points["p"])
	structs := map[int]point{1: {5, 6}}
	fmt.Println(structs[1].y, structs[2].y)
	funcs := map[string]func(int) int{"double": func(x int) int { return 2 * x }}
	fmt.Println(funcs["double"](21), funcs["none"] == nil)
}

func changing() {
	m := map[int]bool{}
	for i := range 100 {
		m[i] = true
	}
	seen := 0
	for k := range m {
		seen++
		for i := range 100 {
			if i != k {
				delete(m, i)
			}
		}
	}
	fmt.Println(seen, len(m))
	grow := map[int]int{0: 0, 1: 0, 2: 0}
	old := 0
	for k := range grow {
		if k < 3 {
			old++
		}
		if len(grow) < 1000 {
			for i := range 50 {
				grow[1000+k*100+i] = k
			}
		}
	}
	fmt.Println(old, len(grow) >= 153)
	cleared := map[int]int{1: 1, 2: 2, 3: 3}
	rounds := 0
	for range cleared {
		rounds++
		clear(cleared)
	}
	fmt.Println(rounds, len(cleared))
	again := map[int]int{}
	for i := range 20 {
		again[i] = i
	}
	times := map[int]int{}
	for k := range again {
		times[k]++
		delete(again, k)
		again[k] = k
	}
	once := 0
	for i := range 20 {
		if times[i] >= 1 {
			once++
		}
	}
	fmt.Println(once, len(again))
}

func orders() {
	m := map[int]int{1: 1, 2: 2, 3: 3, 4: 4, 5: 5}
	first := map[int]bool{}
	for range 200 {
		for k := range m {
			first[k] = true
			break
		}
	}
	fmt.Println(len(first))
}

func deferred() {
	m := map[string]int{"a": 1, "b": 2}
	func() {
		defer delete(m, "a")
		fmt.Println(len(m))
	}()
	fmt.Println(len(m), m["a"])
	func() {
		defer clear(m)
	}()
	fmt.Println(len(m))
}

func generic[K comparable, V any](m map[K]V, k K, v V) (V, int) {
	old := m[k]
	m[k] = v
	return old, len(m)
}

func main() {
	basics()
	large()
	keys()
	nested()
	changing()
	orders()
	deferred()
	fmt.Println(generic(map[string]float64{"pi": 3}, "pi", 3.5))
	fmt.Println(generic(map[point]string{}, point{1, 1}, "one"))
}
