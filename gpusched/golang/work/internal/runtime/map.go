//go:build gpusched

package runtime

import "unsafe"

// small is the number of slots up to which a map has no index, as a group of Go's maps.
const small = 8

// used marks the hash of a slot that holds an entry.
const used = 1 << 63

// maptype describes a map type: numbers of the types of its keys and slots (a key, then an element), and their words.
type maptype struct {
	key, slot           int
	keyWords, slotWords int
	mayPanic            bool // keys hold interfaces
}

// hmap is a map. An entry keeps its slot until it is deleted, so that iterators find their way while the map grows. A map of more than
// small slots has an index: open addressing by hash, slot + 1, 0 where none ever was, -1 where one was deleted.
type hmap struct {
	count   int
	writing bool
	seed    uint64
	slots   unsafe.Pointer
	hashes  []uint64 // of the entries; in a free slot of a map with an index the next free slot + 1
	index   []int
	top     int // slots from here on were never used
	free    int // first free slot below top + 1, of a map with an index
	dead    int // index places with -1
	hint    int
}

// makemap is make(map, hint).
func makemap(hint int) *hmap {
	return &hmap{seed: rand(), hint: hint}
}

// mapaccess is the address of the element of a key, nil where there is none.
func mapaccess(t *maptype, m *hmap, key unsafe.Pointer) unsafe.Pointer {
	if m == nil || m.count == 0 {
		if t.mayPanic {
			hash(t.key, key, 0)
		}
		return nil
	}
	if m.writing {
		fatal("concurrent map read and map write")
	}
	i := find(t, m, hash(t.key, key, m.seed), key)
	if i < 0 {
		return nil
	}
	return add(m.slots, i*t.slotWords+t.keyWords)
}

// find is the slot of a key, -1 where it is not in the map.
func find(t *maptype, m *hmap, h uint64, key unsafe.Pointer) int {
	if m.index == nil {
		for i := 0; i < m.top; i++ {
			if m.hashes[i] == h && equal(t.key, key, add(m.slots, i*t.slotWords)) {
				return i
			}
		}
		return -1
	}
	mask := len(m.index) - 1
	for at := int(h) & mask; ; at = (at + 1) & mask {
		i := m.index[at] - 1
		if i == -1 {
			return -1
		}
		if i >= 0 && m.hashes[i] == h && equal(t.key, key, add(m.slots, i*t.slotWords)) {
			return i
		}
	}
}

// mapassign is the address of the element of a key, which is put into the map if it is not there.
func mapassign(t *maptype, m *hmap, key unsafe.Pointer) unsafe.Pointer {
	if m == nil {
		panicnilmap()
	}
	if m.writing {
		fatal("concurrent map writes")
	}
	h := hash(t.key, key, m.seed)
	m.writing = true
	i := find(t, m, h, key)
	if i < 0 {
		i = insert(t, m, h)
	}
	slot := add(m.slots, i*t.slotWords)
	move(slot, key, t.keyWords)
	if !m.writing {
		fatal("concurrent map writes")
	}
	m.writing = false
	return add(slot, t.keyWords)
}

// insert takes a free slot for a key of the given hash.
func insert(t *maptype, m *hmap, h uint64) int {
	i := m.top
	if m.index == nil {
		for k := 0; k < m.top; k++ {
			if m.hashes[k] == 0 {
				i = k
				break
			}
		}
	} else if m.free > 0 {
		i = m.free - 1
		m.free = int(m.hashes[i])
	}
	if i == len(m.hashes) {
		grow(t, m)
	}
	if i == m.top {
		m.top++
	}
	m.hashes[i] = h
	m.count++
	if m.index != nil {
		if 4*(m.count+m.dead) > 3*len(m.index) {
			reindex(m)
		} else {
			place(m, i, h)
		}
	}
	return i
}

// grow doubles the slots, or makes the first ones.
func grow(t *maptype, m *hmap) {
	n := 2 * len(m.hashes)
	if n == 0 {
		for n = small; n < m.hint; {
			n *= 2
		}
	}
	slots, hashes := newarray(t.slot, n), make([]uint64, n)
	if m.top > 0 {
		move(slots, m.slots, m.top*t.slotWords)
	}
	copy(hashes, m.hashes)
	m.slots, m.hashes = slots, hashes
	if n > small {
		reindex(m)
	}
}

// reindex makes the index anew.
func reindex(m *hmap) {
	m.index, m.dead = make([]int, 2*len(m.hashes)), 0
	for i := 0; i < m.top; i++ {
		if h := m.hashes[i]; h >= used {
			place(m, i, h)
		}
	}
}

// place puts a slot into the index.
func place(m *hmap, i int, h uint64) {
	mask := len(m.index) - 1
	at := int(h) & mask
	for m.index[at] > 0 {
		at = (at + 1) & mask
	}
	if m.index[at] < 0 {
		m.dead--
	}
	m.index[at] = i + 1
}

// mapdelete is delete(m, key).
func mapdelete(t *maptype, m *hmap, key unsafe.Pointer) {
	if m == nil || m.count == 0 {
		if t.mayPanic {
			hash(t.key, key, 0)
		}
		return
	}
	if m.writing {
		fatal("concurrent map writes")
	}
	h := hash(t.key, key, m.seed)
	m.writing = true
	if i := find(t, m, h, key); i >= 0 {
		remove(t, m, i, h)
	}
	if !m.writing {
		fatal("concurrent map writes")
	}
	m.writing = false
}

// remove frees a slot.
func remove(t *maptype, m *hmap, i int, h uint64) {
	m.count--
	slot := add(m.slots, i*t.slotWords)
	for k := 0; k < t.slotWords; k++ {
		*(*int)(add(slot, k)) = 0
	}
	if m.index == nil {
		m.hashes[i] = 0
		return
	}
	m.hashes[i] = uint64(m.free)
	m.free = i + 1
	mask := len(m.index) - 1
	at := int(h) & mask
	for m.index[at] != i+1 {
		at = (at + 1) & mask
	}
	m.index[at] = -1
	m.dead++
}

// mapclear is clear(m).
func mapclear(t *maptype, m *hmap) {
	if m == nil || m.count == 0 {
		return
	}
	if m.writing {
		fatal("concurrent map writes")
	}
	m.writing = true
	n := len(m.hashes)
	m.slots, m.hashes = newarray(t.slot, n), make([]uint64, n)
	if m.index != nil {
		m.index = make([]int, len(m.index))
	}
	m.count, m.top, m.free, m.dead = 0, 0, 0, 0
	m.writing = false
}
