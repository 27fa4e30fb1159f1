//go:build gpusched

// Package runtime is what the model's programs bring along of Go's runtime: maps, conversions and iteration of strings, and the error values that
// recover gives for run-time panics. It is lowered like other Go code; the lowering calls its functions where SSA has an instruction. A value's size is counted in words of the model's memory.
package runtime

import "unsafe"

// hash is the hash of the value of type t at p, with its highest bit set. It panics if the value cannot be hashed.
func hash(t int, p unsafe.Pointer, seed uint64) uint64

// equal says whether the values of type t at p and q are equal.
func equal(t int, p, q unsafe.Pointer) bool

// newarray is a zeroed array of n values of type t.
func newarray(t, n int) unsafe.Pointer

// move copies words.
func move(to, from unsafe.Pointer, words int)

// add is the address n words behind p.
func add(p unsafe.Pointer, n int) unsafe.Pointer

// bits is the IEEE 754 form of f.
func bits(f float64) uint64

// float is the number whose form is b.
func float(b uint64) float64

// rand draws from the runtime's stream.
func rand() uint64

// fatal ends the process.
func fatal(text string)

// panicnilmap panics as an assignment to an entry in a nil map does.
func panicnilmap()
