// Package recorder is what a measured program imports besides: at the program's end it writes what the runtime recorded, as JSON. It is a
// package of its own so that no name of the program meets one of its, and no language version of the program's module holds for it.
package recorder

import (
	"math"
	"os"
	"runtime/metrics"
	"runtime/trace"
	"strconv"
	"syscall"
	_ "unsafe"
)

//go:linkname gpuschedBegin runtime.gpuschedBegin
var gpuschedBegin func()

//go:linkname gpuschedFinish runtime.gpuschedFinish
var gpuschedFinish func()

//go:linkname gpuschedReport runtime.gpuschedReport
func gpuschedReport(slot int, into []uint64) string

//go:linkname gpuschedTotal runtime.gpuschedTotal
func gpuschedTotal() (created, ended, switches, steals, lost uint64)

//go:linkname gpuschedTimes runtime.gpuschedTimes
func gpuschedTimes() (elapsed int64, threads int32)

//go:linkname gpuschedObservations runtime.gpuschedObservations
var gpuschedObservations func([]byte) []byte

type recorder struct {
	text   []byte
	before []metrics.Sample
	used   int64 // processor time, ns
}

// usedNow is the processor time of the process so far.
func usedNow() int64 {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

func init() {
	path := os.Getenv("GPUSCHED_RECORD_TO")
	if path == "" {
		return
	}
	r := &recorder{before: samplesOfAll()}
	traced := traceFile()
	gpuschedBegin = func() {
		if traced != nil {
			if err := trace.Start(traced); err != nil {
				fail("the trace can not be started:", err)
			}
		}
		metrics.Read(r.before)
		r.used = usedNow()
	}
	gpuschedFinish = func() {
		r.used = usedNow() - r.used
		if traced != nil {
			trace.Stop()
			if err := traced.Close(); err != nil {
				fail("the trace can not be written:", err)
			}
		}
		after := samplesOfAll()
		metrics.Read(after)
		r.write(after)
		if err := os.WriteFile(path, r.text, 0o600); err != nil {
			fail("the record can not be written:", err)
		}
	}
}

// traceFile is the file for the execution trace, nil where none is wanted.
func traceFile() *os.File {
	path := os.Getenv("GPUSCHED_TRACE_TO")
	if path == "" {
		return nil
	}
	file, err := os.Create(path)
	if err != nil {
		fail("the trace can not be written:", err)
	}
	return file
}

func fail(what string, err error) {
	println("gpusched:", what, err.Error())
	os.Exit(1)
}

func samplesOfAll() []metrics.Sample {
	all := metrics.All()
	samples := make([]metrics.Sample, len(all))
	for i := range all {
		samples[i].Name = all[i].Name
	}
	return samples
}

func (r *recorder) write(after []metrics.Sample) {
	elapsed, threads := gpuschedTimes()
	created, ended, switches, steals, lost := gpuschedTotal()
	r.text = append(r.text, `{"format":"gpusched-record/1"`...)
	r.field("elapsed_ns", elapsed)
	r.field("main_cpu_ns", r.used)
	r.field("threads", int64(threads))
	r.field("created", int64(created))
	r.field("ended", int64(ended))
	r.field("switches", int64(switches))
	r.field("steals", int64(steals))
	r.field("lost", int64(lost))
	r.text = append(r.text, `,"lifetimes":{`...)
	first := true
	for slot := range 64 {
		var counts [1920]uint64
		name := gpuschedReport(slot, counts[:])
		if name == "" {
			continue
		}
		r.comma(&first)
		r.text = strconv.AppendQuoteToASCII(r.text, name)
		r.text = append(r.text, `:{"buckets":[`...)
		r.pairs(counts[:])
		r.text = append(r.text, "]}"...)
	}
	r.text = append(r.text, `},"metrics":{`...)
	first = true
	for i := range after {
		r.metric(&first, r.before[i], after[i])
	}
	r.text = append(r.text, `},"work":`...)
	if gpuschedObservations != nil {
		r.text = gpuschedObservations(r.text)
	} else {
		r.text = append(r.text, "{}"...)
	}
	r.text = append(r.text, "}\n"...)
}

func (r *recorder) field(name string, value int64) {
	r.text = append(r.text, `,"`+name+`":`...)
	r.text = strconv.AppendInt(r.text, value, 10)
}

func (r *recorder) comma(first *bool) {
	if !*first {
		r.text = append(r.text, ',')
	}
	*first = false
}

// pairs writes the buckets that are not empty as number, count.
func (r *recorder) pairs(counts []uint64) {
	first := true
	for b, n := range counts {
		if n > 0 {
			r.comma(&first)
			r.text = strconv.AppendInt(r.text, int64(b), 10)
			r.text = append(r.text, ',')
			r.text = strconv.AppendUint(r.text, n, 10)
		}
	}
}

func (r *recorder) metric(first *bool, before, after metrics.Sample) {
	switch after.Value.Kind() {
	case metrics.KindUint64:
		r.comma(first)
		r.text = append(r.text, `"`+after.Name+`":[`...)
		r.text = strconv.AppendUint(r.text, before.Value.Uint64(), 10)
		r.text = append(r.text, ',')
		r.text = strconv.AppendUint(r.text, after.Value.Uint64(), 10)
		r.text = append(r.text, ']')
	case metrics.KindFloat64:
		r.comma(first)
		r.text = append(r.text, `"`+after.Name+`":[`...)
		r.number(before.Value.Float64())
		r.text = append(r.text, ',')
		r.number(after.Value.Float64())
		r.text = append(r.text, ']')
	case metrics.KindFloat64Histogram:
		old, now := before.Value.Float64Histogram(), after.Value.Float64Histogram()
		r.comma(first)
		r.text = append(r.text, `"`+after.Name+`":{"buckets":[`...)
		start := true
		for i := range now.Counts {
			n := now.Counts[i]
			if old != nil && i < len(old.Counts) {
				n -= old.Counts[i]
			}
			if n == 0 {
				continue
			}
			r.comma(&start)
			r.number(now.Buckets[i])
			r.text = append(r.text, ',')
			r.number(now.Buckets[i+1])
			r.text = append(r.text, ',')
			r.text = strconv.AppendUint(r.text, n, 10)
		}
		r.text = append(r.text, "]}"...)
	}
}

// number writes a float; infinities as the largest finite ones.
func (r *recorder) number(x float64) {
	x = min(max(x, -math.MaxFloat64), math.MaxFloat64)
	if math.IsNaN(x) {
		x = 0
	}
	r.text = strconv.AppendFloat(r.text, x, 'g', -1, 64)
}
