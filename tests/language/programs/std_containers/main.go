// Packages container/heap, list and ring, maps, iter.
package main

import (
	"container/heap"
	"container/list"
	"container/ring"
	"fmt"
	"iter"
	"maps"
	"slices"
)

type item struct {
	name     string
	priority int
}

type queue []*item

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].priority > q[j].priority }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(*item)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func main() {
	q := &queue{{"a", 2}, {"b", 5}, {"c", 1}}
	heap.Init(q)
	heap.Push(q, &item{"d", 4})
	(*q)[0].priority = 0
	heap.Fix(q, 0)
	for q.Len() > 0 {
		x := heap.Pop(q).(*item)
		fmt.Print(x.name, x.priority, " ")
	}
	fmt.Println()

	l := list.New()
	e := l.PushBack(1)
	l.PushFront(0)
	l.InsertAfter("mid", e)
	l.MoveToFront(e)
	for x := l.Front(); x != nil; x = x.Next() {
		fmt.Print(x.Value, " ")
	}
	fmt.Println(l.Len(), l.Remove(e))

	r := ring.New(3)
	for i := range 3 {
		r.Value = i
		r = r.Next()
	}
	r.Do(func(x any) { fmt.Print(x, " ") })
	fmt.Println(r.Len())

	m := map[string]int{"x": 1, "y": 2, "z": 3}
	keys := slices.Sorted(maps.Keys(m))
	other := maps.Clone(m)
	maps.DeleteFunc(other, func(k string, v int) bool { return v > 1 })
	fmt.Println(keys, other, maps.Equal(m, other), m, len(maps.Collect(maps.All(m))))
	sum := 0
	for i := range count(10) {
		if i == 5 {
			break
		}
		sum += i
	}
	fmt.Println(sum, slices.Collect(count(4)))
}
