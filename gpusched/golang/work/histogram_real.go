//go:build !gpusched

package work

import (
	"fmt"
	"math/bits"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Buckets are log-linear: 32 to a power of two.
const perOctave = 32

type durations struct {
	sync.Mutex
	name    string
	count   int64
	sum     float64
	most    int64
	buckets [64 * perOctave]int64
}

var (
	histogramsLock sync.Mutex // taken to add one
	histograms     atomic.Pointer[[]*durations]
)

// allHistograms is a slice that is never changed.
func allHistograms() []*durations {
	if all := histograms.Load(); all != nil {
		return *all
	}
	return nil
}

func histogram(name string) int {
	histogramsLock.Lock()
	defer histogramsLock.Unlock()
	all := allHistograms()
	for i, h := range all {
		if h.name == name {
			return i
		}
	}
	more := append(all[:len(all):len(all)], &durations{name: name})
	histograms.Store(&more)
	return len(all)
}

func record(h int, d int64) {
	allHistograms()[h].add(d)
}

func (h *durations) add(d int64) {
	h.Lock()
	defer h.Unlock()
	d = max(d, 0)
	h.count++
	h.sum += float64(d)
	h.most = max(h.most, d)
	h.buckets[bucket(uint64(d))]++
}

func bucket(d uint64) int {
	if d < perOctave {
		return int(d)
	}
	octave := bits.Len64(d) - 5 // 1: 32 .. 63
	return octave*perOctave + int(d>>(octave-1)) - perOctave
}

// bound returns the least duration of a bucket.
func bound(b int) int64 {
	if b < perOctave {
		return int64(b)
	}
	return int64(perOctave+b%perOctave) << (b/perOctave - 1)
}

func (h *durations) quantile(q float64) time.Duration {
	rest := int64(q * float64(h.count))
	for b, n := range h.buckets {
		if rest < n {
			return time.Duration(bound(b))
		}
		rest -= n
	}
	return time.Duration(h.most)
}

func snapshot(label string) {
	histogramsLock.Lock()
	defer histogramsLock.Unlock()
	for _, h := range allHistograms() {
		h.Lock()
		if h.count > 0 {
			mean := time.Duration(h.sum / float64(h.count))
			fmt.Fprintf(os.Stderr, "%s: %s: count %d mean %v p50 %v p99 %v max %v\n",
				label, h.name, h.count, mean, h.quantile(0.5), h.quantile(0.99), time.Duration(h.most))
		}
		h.Unlock()
	}
}
