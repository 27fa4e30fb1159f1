// Package unique canonicalizes values. In the model a value that was made stays, as its collector does not know of weak pointers.
package unique

import "sync"

// Handle stands for a value: two are equal exactly if the values are.
type Handle[T comparable] struct {
	value *T
}

// Value is the value that the handle was made from.
func (h Handle[T]) Value() T { return *h.value }

var made struct {
	sync.Mutex
	handles map[any]any // value -> its Handle[T], which no other type has
}

// Make is the handle of a value.
func Make[T comparable](value T) Handle[T] {
	key := keyOf[T]{value}
	made.Lock()
	defer made.Unlock()
	if known, ok := made.handles[key]; ok {
		return known.(Handle[T])
	}
	if made.handles == nil {
		made.handles = map[any]any{}
	}
	h := Handle[T]{&value}
	made.handles[key] = h
	return h
}

// keyOf keeps apart equal interface values that are made handles of as different interface types.
type keyOf[T comparable] struct {
	value T
}
