// Package synctest stands in place of Go's: bubbles, whose bookkeeping of blocked goroutines and of timers is the model's.
package synctest

import "unsafe"

// bubbleState is what the model knows as a bubble; the order of its fields is the model's.
type bubbleState struct {
	number int
	now    int64
	root   int
	waiter int
	main   int
	done   bool
	slot   int
	next   *bubbleState
	busy   bool // somebody waits
}

// kept is the list of the bubbles that still have goroutines.
var kept *bubbleState

// node is an entry of the list of pointers that belong to bubbles.
type node struct {
	pointer unsafe.Pointer
	number  int
	next    *node
}

var associated *node

func bubble() *bubbleState
func enter(list **bubbleState, b *bubbleState)
func leave()
func fire(b *bubbleState) bool
func idle(b *bubbleState)
func next(b *bubbleState) int64
func total(b *bubbleState) int
func wait(b *bubbleState)
func associate(list **node, p unsafe.Pointer, n *node, add bool) int
func disassociate(list **node, p unsafe.Pointer)

// midnight is when a bubble's clock starts: 2000-01-01 UTC.
const midnight = 946684800000000000

// deadlockError is the panic of Run where goroutines stay blocked.
type deadlockError struct {
	reason string
	slot   int
}

func (e deadlockError) Error() string { return e.reason }

// Run runs f in a new bubble, until all of its goroutines have ended.
func Run(f func()) {
	if bubble() != nil {
		panic("synctest.Run called from within a synctest bubble")
	}
	b := &bubbleState{now: midnight}
	enter(&kept, b)
	defer leave()
	go f()
	for {
		for fire(b) {
		}
		idle(b)
		at := next(b)
		if at == 0 || b.done {
			break
		}
		b.now = at
	}
	switch {
	case total(b) == 1:
	case b.done:
		panic(deadlockError{"deadlock: main bubble goroutine has exited but blocked goroutines remain", b.slot})
	default:
		panic(deadlockError{"deadlock: all goroutines in bubble are blocked", b.slot})
	}
}

// Wait waits until all other goroutines of the bubble are durably blocked.
func Wait() {
	b := bubble()
	if b == nil {
		panic("goroutine is not in a bubble")
	}
	if b.busy {
		panic("wait already in progress")
	}
	b.busy = true
	wait(b)
	b.busy = false
}

// IsInBubble says whether the goroutine that calls is in a bubble.
func IsInBubble() bool { return bubble() != nil }

// Association is the state of a pointer's association with a bubble.
type Association int

const (
	Unbubbled     = Association(iota) // with none
	CurrentBubble                     // with the current bubble
	OtherBubble                       // with another one
)

// Associate associates p with the current bubble if it has none; package variables have never one.
func Associate[T any](p *T) Association {
	switch associate(&associated, unsafe.Pointer(p), new(node), true) {
	case -1:
		return Unbubbled
	case bubble().number:
		return CurrentBubble
	}
	return OtherBubble
}

// Disassociate takes p from its bubble.
func Disassociate[T any](p *T) { disassociate(&associated, unsafe.Pointer(p)) }

// IsAssociated says whether p is associated with the current bubble.
func IsAssociated[T any](p *T) bool {
	return associate(&associated, unsafe.Pointer(p), nil, false) == bubble().number
}
