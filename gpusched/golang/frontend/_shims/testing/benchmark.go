package testing

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// benchTurns is how often a benchmark's operation runs.
var benchTurns int

// B is a benchmark: N is set by whoever starts it, not searched for.
type B struct {
	common
	N           int
	loops       int
	running     bool
	start       time.Time
	duration    time.Duration
	parallelism int
}

// InternalExample is an example function and its name.
type InternalExample struct {
	Name      string
	F         func()
	Output    string
	Unordered bool
}

// BenchmarkResult is what Benchmark measured.
type BenchmarkResult struct {
	N int
	T time.Duration
}

// NsPerOp is the time of one turn.
func (r BenchmarkResult) NsPerOp() int64 {
	if r.N <= 0 {
		return 0
	}
	return r.T.Nanoseconds() / int64(r.N)
}

// StartTimer goes on measuring.
func (b *B) StartTimer() {
	if !b.running {
		b.running, b.start = true, time.Now()
	}
}

// StopTimer stops measuring.
func (b *B) StopTimer() {
	if b.running {
		b.running = false
		b.duration += time.Since(b.start)
	}
}

// ResetTimer forgets what was measured.
func (b *B) ResetTimer() {
	b.duration = 0
	if b.running {
		b.start = time.Now()
	}
}

// Elapsed is the time measured so far.
func (b *B) Elapsed() time.Duration {
	if b.running {
		return b.duration + time.Since(b.start)
	}
	return b.duration
}

// Loop says whether to run the operation once more; the first call begins the measurement.
func (b *B) Loop() bool {
	if b.loops == 0 {
		b.ResetTimer()
		b.StartTimer()
	}
	if b.loops < b.N {
		b.loops++
		return true
	}
	b.StopTimer()
	return false
}

// ReportAllocs does nothing: allocations are not counted.
func (b *B) ReportAllocs() {}

// SetBytes does nothing: throughput is not reported.
func (b *B) SetBytes(n int64) {}

// ReportMetric logs a figure.
func (b *B) ReportMetric(n float64, unit string) { b.Logf("%v %s", n, unit) }

// SetParallelism makes RunParallel use p goroutines for each P.
func (b *B) SetParallelism(p int) {
	if p >= 1 {
		b.parallelism = p
	}
}

// PB gives the turns of a parallel benchmark out.
type PB struct {
	given *atomic.Uint64
	grain uint64
	cache uint64
	n     uint64
}

// Next says whether to run the operation once more.
func (pb *PB) Next() bool {
	if pb.cache == 0 {
		n := pb.given.Add(pb.grain)
		switch {
		case n <= pb.n:
			pb.cache = pb.grain
		case n < pb.n+pb.grain:
			pb.cache = pb.n + pb.grain - n
		default:
			return false
		}
	}
	pb.cache--
	return true
}

// RunParallel shares the turns between goroutines.
func (b *B) RunParallel(body func(*PB)) {
	if b.N == 0 {
		return
	}
	given := new(atomic.Uint64)
	each := max(b.parallelism, 1)
	var group sync.WaitGroup
	for range each * runtime.GOMAXPROCS(0) {
		group.Add(1)
		go func() {
			defer group.Done()
			body(&PB{given: given, grain: 16, n: uint64(b.N)})
		}()
	}
	group.Wait()
	if given.Load() <= uint64(b.N) && !b.Failed() {
		b.Fatal("RunParallel: body exited without pb.Next() == false")
	}
}

// Run runs f as a benchmark of its own.
func (b *B) Run(name string, f func(b *B)) bool {
	b.hasSub = true
	sub := &B{N: benchTurns, parallelism: b.parallelism}
	sub.common.begin(&b.common, name)
	if !wanted(sub.name) {
		return true
	}
	sub.measure(f)
	return !sub.Failed()
}

// measure runs the benchmark in a goroutine of its own and says what it took.
func (b *B) measure(f func(b *B)) {
	event(ran, b.name, nil)
	go func() {
		defer func() {
			b.StopTimer()
			b.cleanup()
			b.signal <- true
		}()
		b.StartTimer()
		f(b)
	}()
	<-b.signal
	switch {
	case b.Failed():
		event(ended, b.name, "FAIL")
	case b.Skipped():
		event(ended, b.name, "SKIP")
	default:
		if !b.hasSub {
			event(turns, b.name, b.N)
			event(measured, b.name, int64(b.duration))
		}
		event(ended, b.name, "PASS")
	}
}

func runBenchmark(root *common, benchmark InternalBenchmark) {
	b := &B{N: benchTurns}
	b.begin(root, benchmark.Name)
	b.measure(benchmark.F)
}

// Benchmark measures f apart from any test.
func Benchmark(f func(b *B)) BenchmarkResult {
	b := &B{N: max(benchTurns, 1)}
	b.begin(&common{barrier: make(chan bool), signal: make(chan bool, 1)}, "")
	go func() {
		defer func() {
			b.StopTimer()
			b.signal <- true
		}()
		b.StartTimer()
		f(b)
	}()
	<-b.signal
	return BenchmarkResult{b.N, b.duration}
}

// F is a fuzz test: it is refused.
type F struct{ common }

// Add is refused.
func (f *F) Add(args ...any) { refuse("not simulated: fuzz tests") }

// Fuzz is refused.
func (f *F) Fuzz(ff any) { refuse("not simulated: fuzz tests") }
