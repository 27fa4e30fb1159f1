// Packages sort and slices: by less functions, stable, searches, interfaces, reversed.
package main

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
)

type pair struct {
	name string
	n    int
}

type byN []pair

func (p byN) Len() int           { return len(p) }
func (p byN) Less(i, j int) bool { return p[i].n < p[j].n }
func (p byN) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }

func main() {
	xs := make([]int, 40)
	for i := range xs {
		xs[i] = i * 7919 % 41
	}
	sort.Slice(xs, func(i, j int) bool { return xs[i] < xs[j] })
	fmt.Println(xs, sort.IntsAreSorted(xs), sort.SearchInts(xs, 17))

	pairs := []pair{{"a", 3}, {"b", 1}, {"c", 3}, {"d", 2}, {"e", 1}}
	sort.SliceStable(pairs, func(i, j int) bool { return pairs[i].n < pairs[j].n })
	show(pairs)
	sort.Sort(sort.Reverse(byN(pairs)))
	fmt.Println(pairs[0].n, pairs[4].n, sort.SliceIsSorted(pairs, func(i, j int) bool { return pairs[i].n > pairs[j].n }))
	slices.SortFunc(pairs, func(x, y pair) int { return cmp.Compare(x.name, y.name) })
	show(pairs)
	at, found := slices.BinarySearchFunc(pairs, "c", func(p pair, name string) int { return cmp.Compare(p.name, name) })
	fmt.Println(at, found)

	words := []string{"pear", "fig", "apple", "kiwi"}
	sort.Strings(words)
	fmt.Println(words, slices.Index(words, "kiwi"), slices.Contains(words, "plum"))
	slices.Reverse(words)
	words = slices.Insert(words, 1, "lime", "date")
	words = slices.Delete(words, 0, 1)
	fmt.Println(words, slices.Max(words), slices.Equal(words, slices.Clone(words)), slices.Compact([]int{1, 1, 2, 2, 1}))
	fs := []float64{2.5, -1, 0.25}
	sort.Float64s(fs)
	fmt.Println(fs)
	fmt.Println(slices.Sorted(slices.Values([]int{3, 1, 2})), slices.Collect(slices.Chunk([]int{1, 2, 3}, 2)))
}

func show(pairs []pair) {
	for _, p := range pairs {
		fmt.Print(p.name, p.n, " ")
	}
	fmt.Println()
}
