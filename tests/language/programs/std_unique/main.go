// Packages unique and weak: handles are equal where values are, also of interface and struct types; a weak pointer to what is reached.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"unique"
	"weak"
)

type point struct {
	x, y int
	name string
}

func main() {
	a, b := unique.Make("abc"), unique.Make("ab"+string([]byte{'c'}))
	fmt.Println(a == b, a == unique.Make("abd"), a.Value())
	p := unique.Make(point{1, 2, "p"})
	fmt.Println(p == unique.Make(point{1, 2, "p"}), p == unique.Make(point{2, 1, "p"}), p.Value().y)
	fmt.Println(unique.Make[any](1) == unique.Make[any](1), unique.Make[any](1) == unique.Make[any](int8(1)), unique.Make(1).Value())
	var zero unique.Handle[string]
	fmt.Println(zero == a, zero == unique.Handle[string]{})
	var wg sync.WaitGroup
	handles := make([]unique.Handle[int], 16)
	for i := range handles {
		wg.Go(func() { handles[i] = unique.Make(i % 3) })
	}
	wg.Wait()
	distinct := map[unique.Handle[int]]int{}
	for _, h := range handles {
		distinct[h]++
	}
	fmt.Println(len(distinct), distinct[unique.Make(0)], distinct[unique.Make(2)])
	held := &point{name: "held"}
	w := weak.Make(held)
	fmt.Println(w.Value() == held, w == weak.Make(held), w.Value().name, weak.Make[int](nil).Value() == nil)
	runtime.KeepAlive(held)
}
