// What a measured program's runtime does besides: it knows each goroutine's lineage, from which its draws come, and while recording is
// on it counts lifetimes by function, switches and steals. The edits that call this are listed in patch.py.

package runtime

import (
	"internal/runtime/atomic"
	"math/bits"
	"unsafe"
)

const (
	gpuschedProcs     = 16 // Ps that can be recorded
	gpuschedFunctions = 64
	gpuschedBuckets   = 1920 // log-linear, 32 to a power of two
	gpuschedEach      = 4096 // lifetimes that a P records one by one; then one of eight, which counts for eight

	gpuschedRoot  = 0x526f6f74
	gpuschedChild = 1 << 31
)

// gpuschedG is what a goroutine carries. Its key is made from its parent's when it is first wanted.
type gpuschedG struct {
	key0, key1    uint32
	number, kind  uint32 // with the parent's key: how its own comes about
	draws, starts uint32
	known         bool  // the key is its own
	counts        uint8 // its lifetime for so many; 0: it was there before recording began
	birth         int64 // in ticks; 0: its lifetime is not recorded
}

// gpuschedCounts is what one P counts.
type gpuschedCounts struct {
	switches, steals, created, ended uint64
	_                                [4]uint64
}

var (
	gpuschedOn bool // lifetimes are recorded

	gpuschedStarted int64 // nanotime at which main.main began
	gpuschedEnded   int64
	gpuschedScale   uint64 // ns of a tick, in 2^-32

	gpuschedCounted [gpuschedProcs]gpuschedCounts
	gpuschedEntries [gpuschedFunctions]atomic.Uintptr
	gpuschedLives   [gpuschedProcs][gpuschedFunctions][gpuschedBuckets]uint32
	gpuschedLost    atomic.Uint32 // goroutines beyond the tables

	// set by package recorder
	gpuschedBegin  func()
	gpuschedFinish func()

	// set by package work: its observations as a JSON object
	gpuschedObservations func([]byte) []byte
)

func gpuschedNumber(name string) uint64 {
	text, number := gogetenv(name), uint64(0)
	for i := 0; i < len(text); i++ {
		number = number*10 + uint64(text[i]-'0')
	}
	return number
}

// gpuschedStart runs on the main goroutine just before main.main.
func gpuschedStart() {
	gp := getg()
	seed := gpuschedNumber("GPUSCHED_SEED")
	key0, key1 := gpuschedThreefry(uint32(seed), uint32(seed>>32), uint32(gpuschedNumber("GPUSCHED_REPLICA")), gpuschedRoot)
	if gpuschedBegin != nil {
		gpuschedBegin()
	}
	recorded := gogetenv("GPUSCHED_RECORD") == "lifetimes"
	if recorded {
		ns, ticks := nanotime(), cputicks()
		for nanotime()-ns < 3_000_000 {
		}
		elapsed, turned := uint64(nanotime()-ns), uint64(cputicks()-ticks)
		gpuschedScale, _ = bits.Div64(elapsed>>32, elapsed<<32, max(turned, 1))
		Gosched()
	}
	gp.gpusched = gpuschedG{key0: key0, key1: key1, known: true, counts: 1, birth: cputicks()}
	gpuschedOn = recorded
	gpuschedStarted = nanotime()
}

// gpuschedEnd runs when main.main has returned, or in os.Exit.
func gpuschedEnd() {
	if gpuschedStarted == 0 || gpuschedEnded != 0 {
		return
	}
	gpuschedEnded = nanotime()
	gpuschedOn = false
	if gpuschedFinish != nil {
		gpuschedFinish()
	}
}

// gpuschedNew gives a new goroutine its lineage. parent is g0 where a timer starts it.
func gpuschedNew(newg, parent *g, timer *timer) {
	lineage := gpuschedG{}
	if parent == parent.m.g0 && timer != nil {
		lineage = timer.gpusched
		timer.gpusched.draws++ // its firings
		lineage.key0, lineage.key1 = gpuschedThreefry(lineage.key0, lineage.key1, lineage.number, lineage.kind|gpuschedChild)
		lineage.number, lineage.kind, lineage.draws = lineage.draws, 2, 0
	} else {
		lineage = gpuschedOf(parent, 0)
	}
	if gpuschedOn {
		counted := &gpuschedCounted[getg().m.p.ptr().id&(gpuschedProcs-1)]
		counted.created++
		lineage.counts = 1
		if counted.created <= gpuschedEach {
			lineage.birth = cputicks()
		} else if uint32(counted.created)*0x9e3779b1 < 1<<29 {
			lineage.birth, lineage.counts = cputicks(), 8
		}
	}
	newg.gpusched = lineage
}

// gpuschedOf is the lineage of the next one that parent starts: kind 0 by a go statement, 1 a timer's function.
func gpuschedOf(parent *g, kind uint32) gpuschedG {
	gpuschedKnow(parent)
	mine := &parent.gpusched
	mine.starts++
	return gpuschedG{key0: mine.key0, key1: mine.key1, number: mine.starts - 1, kind: kind}
}

func gpuschedKnow(gp *g) {
	mine := &gp.gpusched
	if !mine.known {
		mine.key0, mine.key1 = gpuschedThreefry(mine.key0, mine.key1, mine.number, mine.kind|gpuschedChild)
		mine.known = true
	}
}

// gpuschedDraw64 returns the next 64 bits of the goroutine's stream.
func gpuschedDraw64() uint64 {
	gp := getg()
	gpuschedKnow(gp)
	mine := &gp.gpusched
	low, high := gpuschedThreefry(mine.key0, mine.key1, mine.draws, 0)
	mine.draws++
	return uint64(low) | uint64(high)<<32
}

// gpuschedGone counts a goroutine's lifetime; pp is its P.
func gpuschedGone(gp *g, pp *p) {
	if !gpuschedOn || gp.gpusched.counts == 0 {
		return
	}
	id := pp.id & (gpuschedProcs - 1)
	gpuschedCounted[id].ended++
	if gp.gpusched.birth == 0 {
		return
	}
	high, low := bits.Mul64(uint64(cputicks()-gp.gpusched.birth), gpuschedScale)
	lived := high<<32 | low>>32
	slot := gpuschedSlot(gp.startpc)
	if slot < 0 {
		gpuschedLost.Add(int32(gp.gpusched.counts))
		return
	}
	gpuschedLives[id][slot][gpuschedBucket(lived)] += uint32(gp.gpusched.counts)
}

// gpuschedSlot is the row of a function, -1 where the table is full.
func gpuschedSlot(pc uintptr) int {
	at := int(pc>>4) & (gpuschedFunctions - 1)
	for range gpuschedFunctions {
		entry := gpuschedEntries[at].Load()
		if entry == 0 && gpuschedEntries[at].CompareAndSwap(0, pc) {
			return at
		}
		if gpuschedEntries[at].Load() == pc {
			return at
		}
		at = (at + 1) & (gpuschedFunctions - 1)
	}
	return -1
}

func gpuschedBucket(d uint64) int {
	if d < 32 {
		return int(d)
	}
	octave := bits.Len64(d) - 5
	return min(octave*32+int(d>>(octave-1))-32, gpuschedBuckets-1)
}

// gpuschedRun notes that a goroutine begins to run on pp.
func gpuschedRun(pp *p) {
	if gpuschedOn {
		gpuschedCounted[pp.id&(gpuschedProcs-1)].switches++
	}
}

// gpuschedStole notes that pp took goroutines from another P.
func gpuschedStole(pp *p) {
	if gpuschedOn {
		gpuschedCounted[pp.id&(gpuschedProcs-1)].steals++
	}
}

// gpuschedReport is what the recorder asks for: of a function slot the function's name, "" where it is empty, and its counts by bucket.
func gpuschedReport(slot int, into []uint64) string {
	pc := gpuschedEntries[slot].Load()
	if pc == 0 {
		return ""
	}
	for id := range gpuschedLives {
		if gpuschedCounted[id].ended == 0 {
			continue
		}
		for b, n := range gpuschedLives[id][slot] {
			into[b] += uint64(n)
		}
	}
	return funcname(findfunc(pc))
}

// gpuschedTotal returns created, ended, switches, steals, and goroutines that the tables had no room for.
func gpuschedTotal() (created, ended, switches, steals, lost uint64) {
	for id := range gpuschedCounted {
		counts := &gpuschedCounted[id]
		created += counts.created
		ended += counts.ended
		switches += counts.switches
		steals += counts.steals
	}
	return created, ended, switches, steals, uint64(gpuschedLost.Load())
}

// gpuschedTimes returns the nanoseconds of main.main and the number of threads.
func gpuschedTimes() (elapsed int64, threads int32) { return gpuschedEnded - gpuschedStarted, mcount() }

// gpuschedThreefry is Threefry-2x32-20 (Salmon et al., SC 2011).
func gpuschedThreefry(k0, k1, c0, c1 uint32) (uint32, uint32) {
	keys := [3]uint32{k0, k1, k0 ^ k1 ^ 0x1bd11bda}
	x0, x1 := c0+k0, c1+k1
	for group := range uint32(5) {
		if group&1 == 0 {
			x0 += x1
			x1 = bits.RotateLeft32(x1, 13) ^ x0
			x0 += x1
			x1 = bits.RotateLeft32(x1, 15) ^ x0
			x0 += x1
			x1 = bits.RotateLeft32(x1, 26) ^ x0
			x0 += x1
			x1 = bits.RotateLeft32(x1, 6) ^ x0
		} else {
			x0 += x1
			x1 = bits.RotateLeft32(x1, 17) ^ x0
			x0 += x1
			x1 = bits.RotateLeft32(x1, 29) ^ x0
			x0 += x1
			x1 = bits.RotateLeft32(x1, 16) ^ x0
			x0 += x1
			x1 = bits.RotateLeft32(x1, 24) ^ x0
		}
		x0 += keys[(group+1)%3]
		x1 += keys[(group+2)%3] + group + 1
	}
	return x0, x1
}

// gpuschedTimer is the timer whose function the M runs.
func gpuschedTimer(mp *m) *timer { return (*timer)(unsafe.Pointer(mp.gpuschedTimer)) }
