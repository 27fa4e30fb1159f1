//go:build gpusched

package runtime

import "unsafe"

// hiter goes over the slots that a map has when the iteration begins, each once, in a random order: of a small map, as in Go, in turn from a
// random one on; of others by a permutation of their numbers.
type hiter struct {
	t       *maptype
	m       *hmap
	visited int
	slots   int
	bits    uint // half of those of a slot's number
	factor  int
	offset  int
}

// mapiterinit begins an iteration.
func mapiterinit(t *maptype, m *hmap) *hiter {
	it := &hiter{t: t, m: m, factor: 1}
	if m == nil || m.count == 0 {
		return it
	}
	random := rand()
	it.slots, it.offset = len(m.hashes), int(random>>1)
	if it.slots > small {
		it.factor = int(random>>32) | 1
		for 1<<(2*it.bits) < it.slots {
			it.bits++
		}
	}
	return it
}

// mapiternext is the slot of the next entry, nil at the end.
func mapiternext(it *hiter) unsafe.Pointer {
	m := it.m
	if it.visited == it.slots {
		return nil
	}
	if m.writing {
		fatal("concurrent map iteration and map write")
	}
	mask := it.slots - 1
	for it.visited < it.slots {
		i := (it.visited + it.offset) & mask
		if it.bits > 0 {
			i = (i * it.factor) & mask
			i ^= i >> it.bits
			i = (i*it.factor + it.offset>>8) & mask
		}
		it.visited++
		if i < m.top && m.hashes[i] >= used {
			return add(m.slots, i*it.t.slotWords)
		}
	}
	return nil
}
