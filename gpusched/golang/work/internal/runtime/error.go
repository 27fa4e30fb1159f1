//go:build gpusched

package runtime

// The kinds of panics that the machine begins, by their numbers there (goruntime/state.py: PanicKind).
const (
	nilDereference  = 2
	index           = 3
	sliceAlen       = 4
	sliceAcap       = 5
	sliceB          = 6
	slice3Alen      = 7
	slice3Acap      = 8
	slice3B         = 9
	slice3C         = 10
	divide          = 11
	shift           = 12
	sendClosed      = 13
	closeClosed     = 14
	closeNil        = 15
	makesliceLen    = 16
	makesliceCap    = 17
	makechanSize    = 18
	uncomparable    = 19
	nilMap          = 20
	growsliceLen    = 22
	sliceStrlen     = 23
	atomicValueNil  = 25
	atomicValueType = 26
	unhashable      = 40
	sliceConvert    = 41
	panicNil        = 42
)

// recovered is what recover gives for a panic that the machine began: its kind and operands, and the name of the type that it is about.
func recovered(kind, a, b int, name string) any {
	switch kind {
	case nilDereference:
		return errorString("invalid memory address or nil pointer dereference")
	case divide:
		return errorString("integer divide by zero")
	case shift:
		return errorString("negative shift amount")
	case makesliceLen:
		return errorString("makeslice: len out of range")
	case makesliceCap:
		return errorString("makeslice: cap out of range")
	case growsliceLen:
		return errorString("growslice: len out of range")
	case uncomparable:
		return errorString("comparing uncomparable type " + name)
	case unhashable:
		return errorString("hash of unhashable type " + name)
	case sendClosed:
		return plainError("send on closed channel")
	case closeClosed:
		return plainError("close of closed channel")
	case closeNil:
		return plainError("close of nil channel")
	case makechanSize:
		return plainError("makechan: size out of range")
	case nilMap:
		return plainError("assignment to entry in nil map")
	case atomicValueNil:
		return "sync/atomic: store of nil value into Value"
	case atomicValueType:
		return "sync/atomic: store of inconsistently typed value into Value"
	case panicNil:
		return new(PanicNilError)
	}
	return boundsError{a, b, kind}
}

// asserted is what recover gives for a failed type assertion.
func asserted(text string) any { return &TypeAssertionError{text} }

// A TypeAssertionError explains a failed type assertion.
type TypeAssertionError struct{ text string }

func (*TypeAssertionError) RuntimeError() {}

func (e *TypeAssertionError) Error() string { return e.text }

// A PanicNilError is what panic(nil) panics with.
type PanicNilError struct{ _ [0]*PanicNilError }

func (*PanicNilError) RuntimeError() {}

func (*PanicNilError) Error() string { return "runtime error: panic called with nil argument" }

// An errorString is a run-time error that is one text.
type errorString string

func (errorString) RuntimeError() {}

func (e errorString) Error() string { return "runtime error: " + string(e) }

// A plainError is a run-time error whose text has no prefix.
type plainError string

func (plainError) RuntimeError() {}

func (e plainError) Error() string { return string(e) }

// A boundsError is an index or a bound of a slice, x, that is not within y.
type boundsError struct{ x, y, code int }

func (boundsError) RuntimeError() {}

func (e boundsError) Error() string {
	x, y := decimal(e.x), decimal(e.y)
	text := "slice bounds out of range ["
	length, capacity := "] with length "+y, "] with capacity "+y
	if e.x < 0 {
		y, length, capacity = "", "]", "]"
	}
	switch e.code {
	case index:
		text = "index out of range [" + x + length
	case sliceAlen, sliceStrlen:
		text += ":" + x + length
	case sliceAcap:
		text += ":" + x + capacity
	case sliceB:
		text += x + ":" + y + "]"
	case slice3Alen:
		text += "::" + x + length
	case slice3Acap:
		text += "::" + x + capacity
	case slice3B:
		text += ":" + x + ":" + y + "]"
	case slice3C:
		text += x + ":" + y + ":]"
		if e.x < 0 {
			text = "slice bounds out of range [" + x + "::]"
		}
	case sliceConvert:
		text = "cannot convert slice with length " + x + " to array or pointer to array with length " + y
	}
	return "runtime error: " + text
}

// decimal is a number's digits.
func decimal(n int) string {
	var digits [20]byte
	rest, i := uint64(n), len(digits)
	if n < 0 {
		rest = -rest
	}
	for {
		i--
		digits[i] = byte('0' + rest%10)
		rest /= 10
		if rest == 0 {
			break
		}
	}
	if n < 0 {
		i--
		digits[i] = '-'
	}
	return string(digits[i:])
}
