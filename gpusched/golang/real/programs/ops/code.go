// Plain code: small loops of the kinds that programs consist of, each element once an operation. None is a workload's own.

package main

import "strconv"

const span = 256 // elements, which fit the first cache

// divide: a remainder by a variable, which the next one waits for.
func divide(n int) {
	x, y := int64(n), int64(n)*7+3
	for i := range n {
		x = (x+int64(i))%y + 5
	}
	total = x
}

// floats: a product of two vectors.
func floats(n int) {
	a, b := make([]float64, span), make([]float64, span)
	sum := 0.0
	for left := n; left > 0; left -= span {
		for i, x := range a[:min(left, span)] {
			sum += x * b[i]
		}
	}
	total = int64(sum)
}

// columns: a column of a table of slices.
func columns(n int) {
	table := make([][]int64, span)
	for i := range table {
		table[i] = make([]int64, 16)
	}
	sum := int64(0)
	for left := n; left > 0; left -= span {
		for k := range min(left, span) {
			sum += table[k][left&15]
		}
	}
	total = sum
}

// scan: bytes of a text, none of which is the one that is looked for, so that any processor foresees the branches.
func scan(n int) {
	text, marks := "a line of text that has some words and blanks as all texts have, some more of them", 0
	for left := n; left > 0; left -= len(text) {
		for i := 0; i < min(left, len(text)); i++ {
			if text[i] == '#' {
				marks++
			}
		}
	}
	total = int64(marks)
}

// choose: branches that no processor foresees.
func choose(n int) {
	x, low, high := uint32(2463534242), 0, uint32(0)
	for range n {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		if x&4096 != 0 {
			low++
		} else {
			high ^= x
		}
	}
	total = int64(low) + int64(high)
}

// shift: elements moved up by one.
func shift(n int) {
	words := make([]int64, span)
	for left := n; left > 0; left -= span {
		for k := min(left, span) - 1; k > 0; k-- {
			words[k] = words[k-1]
		}
	}
	total = words[9]
}

// merge: two rising sequences into one, the next of which is chosen by comparison; they take turns, so that any processor foresees it.
func merge(n int) {
	a, out := make([]uint32, span), make([]uint32, span)
	for i := range a {
		a[i] = uint32(i%128*2 + i/128)
	}
	for left := n; left > 0; left -= span {
		i, k := 0, 128
		for at := range out[:min(left, span)] {
			if k == len(a) || i < 128 && a[i] <= a[k] {
				out[at] = a[i]
				i++
			} else {
				out[at] = a[k]
				k++
			}
		}
	}
	total = int64(out[77])
}

// mixed: a hash of bytes.
func mixed(n int) {
	bytes, h := make([]byte, span), uint64(14695981039346656037)
	for left := n; left > 0; left -= span {
		for _, b := range bytes[:min(left, span)] {
			h = (h ^ uint64(b)) * 1099511628211
		}
	}
	total = int64(h)
}

// tally: counts by what an element says.
func tally(n int) {
	what, counts := make([]uint8, span), make([]int32, 64)
	for i := range what {
		what[i] = uint8(i * 37)
	}
	for left := n; left > 0; left -= span {
		for _, w := range what[:min(left, span)] {
			counts[w&63]++
		}
	}
	total = int64(counts[5])
}

// copied: a copy of a slice.
func copied(n int) {
	from, to := make([]int64, span), make([]int64, span)
	for left := n; left > 0; left -= span {
		total += int64(copy(to[:min(left, span)], from))
	}
}

// sorted: sixteen random numbers by insertion.
func sorted(n int) {
	some, x := make([]uint32, 16), uint32(2463534242)
	for left := n; left > 0; left -= 16 {
		for i := range some[:min(left, 16)] {
			x = x*1664525 + 1013904223
			k := i
			for k > 0 && some[k-1] > x {
				some[k] = some[k-1]
				k--
			}
			some[k] = x
		}
	}
	total = int64(some[3])
}

type shape interface{ size(scale int64) int64 }

type square struct{ side int64 }

type oblong struct{ width, height int64 }

func (s *square) size(scale int64) int64 { return s.side * scale }

func (o *oblong) size(scale int64) int64 { return o.width * scale }

// methods: calls by way of an interface.
func methods(n int) {
	all, sum := []shape{&square{3}, &oblong{4, 5}, &square{6}}, int64(0)
	for i := range n {
		sum += all[i%3].size(sum)
	}
	total = sum
}

// numbered: look-ups in a map of numbers, at random.
func numbered(n int) {
	table := make(map[int]int, span)
	for i := range span {
		table[i*i] = i
	}
	sum, x := 0, uint32(2463534242)
	for range n {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		i := int(x & 255)
		sum += table[i*i]
	}
	total = int64(sum)
}

// named: a map of texts that counts, at random.
func named(n int) {
	names, counts := make([]string, span), make(map[string]int)
	for i := range names {
		names[i] = "name" + strconv.Itoa(i)
		counts[names[i]] = 0
	}
	x := uint32(2463534242)
	for range n {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		counts[names[x&255]]++
	}
	total = int64(counts["name77"])
}

// appended: appends to slices that begin empty.
func appended(n int) {
	var words []int64
	for i := range n {
		if i&63 == 0 {
			words = nil
		}
		words = append(words, int64(i))
	}
	total = int64(len(words))
}
