//go:build !gpusched

package work

import (
	"math/bits"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"
)

func uniform(n uint64) uint64 {
	hi, _ := bits.Mul64(rand64(), n)
	return hi
}

// turnsPerMillisecond is how often spin turns in a millisecond on this machine.
var turnsPerMillisecond = calibrate()

var sink atomic.Uint64

// spin computes without touching memory.
func spin(turns int64) {
	x := uint64(turns) | 1
	for range turns {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	if x == 0 {
		sink.Add(1)
	}
}

func calibrate() int64 {
	const turns = 20_000
	best := time.Duration(1 << 62)
	for range 60 {
		start := time.Now()
		spin(turns)
		best = min(best, max(time.Since(start), 1))
	}
	return max(turns*int64(time.Millisecond)/int64(best), 1)
}

// cpu turns as often as fits into d on an unloaded core, so that time spent
// preempted does not count.
func cpu(d int64) {
	if probe(d) {
		return
	}
	compute(d)
}

func compute(d int64) {
	const piece = int64(time.Second)
	for ; d > piece; d -= piece {
		spin(turnsPerMillisecond * 1000)
	}
	spin(int64(float64(d) * float64(turnsPerMillisecond) / 1e6))
}

// stack grows the goroutine's stack; it stays grown after the return, until a
// garbage collection finds most of it unused.
func stack(n int) {
	var frame [1024]byte
	if n > len(frame) {
		stack(n - len(frame))
	}
	runtime.KeepAlive(&frame)
}

func alloc(n int, lifetime int64) {
	block := make([]byte, n)
	if lifetime > 0 {
		time.AfterFunc(time.Duration(lifetime), func() { runtime.KeepAlive(block) })
	}
	runtime.KeepAlive(block)
}

// empirical reads a path relative to the source file that called Empirical.
func empirical(path string) int {
	if !filepath.IsAbs(path) {
		if _, file, _, ok := runtime.Caller(2); ok {
			path = filepath.Join(filepath.Dir(file), path)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		panic("work.Empirical: " + err.Error())
	}
	rows, err := empiricalRows(string(text))
	if err != nil {
		panic("work.Empirical: " + path + ": " + err.Error())
	}
	return addTable(rows)
}
