package reflect

import "unsafe"

// table is the beginning of a map as package runtime of the model lays it out.
type table struct {
	count   int
	writing bool
	seed    uint64
	slots   unsafe.Pointer
	hashes  []uint64
	index   []int
	top     int
}

// used marks the hash of a slot that holds an entry.
const used = 1 << 63

func mapLen(m unsafe.Pointer) int {
	if m == nil {
		return 0
	}
	return (*table)(m).count
}

// MapIter ranges over a map: in the order of its slots.
type MapIter struct {
	m    Value
	next int
	slot unsafe.Pointer
}

// MapRange is an iterator before the first entry.
func (v Value) MapRange() *MapIter {
	if v.Kind() != Map {
		v.wrong("MapRange")
	}
	return &MapIter{m: v}
}

// Next goes on to the next entry.
func (iter *MapIter) Next() bool {
	iter.slot = nil
	m := *(**table)(iter.m.ptr)
	if m == nil {
		return false
	}
	for iter.next < m.top {
		i := iter.next
		iter.next++
		if m.hashes[i] >= used {
			iter.slot = add(m.slots, i*(iter.key().words()+iter.m.typ.elem().words()))
			return true
		}
	}
	return false
}

func (iter *MapIter) key() rtype { return rtype(iter.m.typ.get(atKey)) }

func (iter *MapIter) entry(t rtype, at int) Value {
	if iter.slot == nil {
		panic("reflect: MapIter used before Next or after its end")
	}
	copied := allocate(t, 1)
	move(copied, add(iter.slot, at), t.words())
	return Value{t, copied, iter.m.flag & flagReadOnly}
}

// Key is the entry's key.
func (iter *MapIter) Key() Value { return iter.entry(iter.key(), 0) }

// Value is the entry's element.
func (iter *MapIter) Value() Value { return iter.entry(iter.m.typ.elem(), iter.key().words()) }

// Reset makes the iterator range over v.
func (iter *MapIter) Reset(v Value) { *iter = MapIter{m: v} }

// MapKeys are all keys.
func (v Value) MapKeys() []Value {
	keys := []Value{}
	for iter := v.MapRange(); iter.Next(); {
		keys = append(keys, iter.Key())
	}
	return keys
}

// MapIndex is the element of a key, the zero Value where there is none.
func (v Value) MapIndex(key Value) Value {
	for iter := v.MapRange(); iter.Next(); {
		if iter.Key().Equal(key) {
			return iter.Value()
		}
	}
	return Value{}
}

func deeplyMaps(x, y Value, seen []visit) bool {
	if x.Len() != y.Len() {
		return false
	}
	for iter := x.MapRange(); iter.Next(); {
		other := y.MapIndex(iter.Key())
		if !other.IsValid() || !deeply(iter.Value(), other, seen) {
			return false
		}
	}
	return true
}

func (v Value) SetIterKey(iter *MapIter)
func (v Value) SetIterValue(iter *MapIter)
func (v Value) SetMapIndex(key, elem Value)
func MakeMap(typ Type) Value
func MakeMapWithSize(typ Type, n int) Value
