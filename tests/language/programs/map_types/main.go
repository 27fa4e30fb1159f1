// Program map_types: maps shared by goroutines under locks, in structs, as keys' parts, in generic types, of channels and of functions.
package main

import (
	"fmt"
	"sync"
)

type cache[K comparable, V any] struct {
	mu      sync.RWMutex
	entries map[K]V
	misses  map[K]int
}

func (c *cache[K, V]) get(k K, make func(K) V) V {
	c.mu.RLock()
	v, ok := c.entries[k]
	c.mu.RUnlock()
	if ok {
		return v
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries, c.misses = map[K]V{}, map[K]int{}
	}
	c.misses[k]++
	c.entries[k] = make(k)
	return c.entries[k]
}

type graph map[string]map[string]struct{}

func (g graph) link(from, to string) graph {
	if g[from] == nil {
		g[from] = make(map[string]struct{})
	}
	g[from][to] = struct{}{}
	return g
}

func (g graph) reach(from string, seen map[string]bool) int {
	if seen[from] {
		return 0
	}
	seen[from] = true
	n := 1
	for to := range g[from] {
		n += g.reach(to, seen)
	}
	return n
}

type event struct {
	id   int
	tags map[string]any
}

func group(events []event) map[any][]int {
	groups := map[any][]int{}
	for _, e := range events {
		for _, tag := range e.tags {
			groups[tag] = append(groups[tag], e.id)
		}
	}
	return groups
}

func main() {
	c := &cache[string, int]{}
	var wg sync.WaitGroup
	total := make(chan int, 40)
	for i := range 40 {
		wg.Go(func() {
			total <- c.get(string(rune('a'+i%7)), func(k string) int { return int(k[0]) })
		})
	}
	wg.Wait()
	close(total)
	sum := 0
	for n := range total {
		sum += n
	}
	fmt.Println(sum, len(c.entries), len(c.misses))

	g := graph{}
	g.link("a", "b").link("b", "c").link("c", "a").link("d", "a")
	fmt.Println(g.reach("a", map[string]bool{}), g.reach("d", map[string]bool{}), g.reach("z", map[string]bool{}))

	events := []event{{1, map[string]any{"x": 1, "y": "s"}}, {2, map[string]any{"x": 1.0}}, {3, map[string]any{"z": 1}}, {4, nil}}
	groups := group(events)
	fmt.Println(len(groups), len(groups[1]), groups[1][0]+groups[1][1], len(groups["s"]), groups[1.0][0])

	subscribers := map[chan string]int{}
	for i := range 3 {
		subscribers[make(chan string, 1)] = i
	}
	for ch, i := range subscribers {
		ch <- string(rune('x' + i))
	}
	letters := map[string]bool{}
	for ch := range subscribers {
		letters[<-ch] = true
		delete(subscribers, ch)
	}
	fmt.Println(len(letters), letters["x"], letters["z"], len(subscribers))

	handlers := map[string]func(...int) int{"sum": func(xs ...int) int { return xs[0] + xs[1] }, "len": func(xs ...int) int { return len(xs) }}
	for _, name := range []string{"sum", "len", "none"} {
		if h, ok := handlers[name]; ok {
			fmt.Println(name, h(3, 4))
		}
	}

	type point struct{ x, y int }
	board := map[point]rune{}
	for i, r := range "日本 go" {
		board[point{i, i * i}] = r
	}
	fmt.Println(board[point{3, 9}], board[point{6, 36}], len(board), board[point{1, 1}])
	arrays := map[int][3]int{}
	a := arrays[1]
	a[2] = 9
	arrays[1] = a
	fmt.Println(arrays[1][2], arrays[1][a[0]], arrays[2] == [3]int{})
	counts := make(map[rune]int)
	for _, r := range "mississippi" {
		counts[r]++
	}
	fmt.Println(counts['s'], counts['i'], counts['p'], counts['m'])
}
