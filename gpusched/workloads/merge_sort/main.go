// Merge_sort sorts random numbers by halves, each half a goroutine until the
// pieces are small. It does nothing but run: how long it takes is what the
// machine's table says of instructions, allocations and goroutines.
package main

import (
	"fmt"
	"sync"
)

const (
	length = 100_000
	grain  = 1_562 // a piece of so many is sorted by its own goroutine; every second one at that depth has one more and is halved again
)

// numbers are drawn by a multiplicative generator, the same in each run.
func numbers(n int) []uint32 {
	out, x := make([]uint32, n), uint32(2463534242)
	for i := range out {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		out[i] = x
	}
	return out
}

// insertion sorts a handful.
func insertion(a []uint32) {
	for i := 1; i < len(a); i++ {
		v, k := a[i], i
		for k > 0 && a[k-1] > v {
			a[k] = a[k-1]
			k--
		}
		a[k] = v
	}
}

// merge puts two sorted halves of a in order by way of room.
func merge(a, room []uint32, middle int) {
	copy(room, a)
	i, k := 0, middle
	for at := range a {
		if k == len(a) || i < middle && room[i] <= room[k] {
			a[at] = room[i]
			i++
		} else {
			a[at] = room[k]
			k++
		}
	}
}

func sort(a, room []uint32) {
	if len(a) <= 16 {
		insertion(a)
		return
	}
	middle := len(a) / 2
	if len(a) > grain {
		var half sync.WaitGroup
		half.Add(1)
		go func() {
			defer half.Done()
			sort(a[:middle], room[:middle])
		}()
		sort(a[middle:], room[middle:])
		half.Wait()
	} else {
		sort(a[:middle], room[:middle])
		sort(a[middle:], room[middle:])
	}
	merge(a, room, middle)
}

func main() {
	a := numbers(length)
	sort(a, make([]uint32, length))
	for i := 1; i < len(a); i++ {
		if a[i-1] > a[i] {
			panic("not sorted")
		}
	}
	fmt.Println("least", a[0], "median", a[len(a)/2], "greatest", a[len(a)-1])
}
