package testing

import "runtime"

// mallocs are the allocations so far of what the compiler leaves on the heap, where the lowering has put calls of the functions below.
var mallocs int

// counting is whether AllocsPerRun is at it, so that what cannot be counted must not be reached.
var counting bool

// AllocsPerRun is how many objects a call of f allocates on average.
func AllocsPerRun(runs int, f func()) (avg float64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer func() { counting = false }()
	f()
	boxed(0)
	boxedString("")
	boxedSlice(nil)
	uncounted("")
	before := mallocs
	counting = true
	for i := 0; i < runs; i++ {
		f()
	}
	return float64((mallocs - before) / runs)
}

// allocated counts objects.
func allocated(n int) { addWord(&mallocs, n) }

// uncounted refuses an allocation of which nobody knows whether it takes place.
func uncounted(what string) {
	if counting {
		refuse("not simulated: testing.AllocsPerRun of " + what)
	}
}

// boxed counts an integer that becomes an interface: small ones lie in a table.
func boxed(x uint64) {
	if x >= 256 {
		allocated(1)
	}
}

// boxedString counts a text that becomes an interface.
func boxedString(s string) {
	if s != "" {
		allocated(1)
	}
}

// boxedSlice counts a slice that becomes an interface.
func boxedSlice(s []byte) {
	if s != nil {
		allocated(1)
	}
}

// addWord adds to a word at once.
func addWord(at *int, n int)
