//go:build !gpusched && gpusched_record

package work

import (
	"strconv"
	"sync/atomic"
	"time"
	_ "unsafe"
)

// In a measured program draws come from the goroutine's own stream, as in the model, and the histograms go into the record.

//go:linkname rand64 runtime.gpuschedDraw64
func rand64() uint64

//go:linkname gpuschedObservations runtime.gpuschedObservations
var gpuschedObservations func([]byte) []byte

func init() { gpuschedObservations = observations }

// Every so many calls of CPU are timed, those of a length at which reading the clock does not matter.
const (
	probeEvery = 16
	probeLeast = 20_000
	probeMost  = 2_000_000
)

var (
	asked      atomic.Int64 // ns of all calls of CPU
	probeCalls atomic.Uint32
	probes     durations // thousandths of the time asked for
)

// probe times one CPU call in some; it says whether it did the computing.
func probe(d int64) bool {
	asked.Add(d)
	if d < probeLeast || d > probeMost || probeCalls.Add(1)%probeEvery != 0 {
		return false
	}
	start := time.Now()
	compute(d)
	took := int64(time.Since(start))
	probes.add(took * 1000 / d)
	return true
}

// observations appends the histograms as a JSON object.
func observations(text []byte) []byte {
	histogramsLock.Lock()
	defer histogramsLock.Unlock()
	text = append(text, `{"asked_ns":`...)
	text = strconv.AppendInt(text, asked.Load(), 10)
	text = append(text, `,"probes":`...)
	text = probes.json(text)
	text = append(text, `,"histograms":{`...)
	for i, h := range allHistograms() {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendQuoteToASCII(text, h.name)
		text = append(text, ':')
		text = h.json(text)
	}
	return append(text, "}}"...)
}

func (h *durations) json(text []byte) []byte {
	h.Lock()
	defer h.Unlock()
	text = append(text, `{"total_ns":`...)
	text = strconv.AppendInt(text, int64(h.sum), 10)
	text = append(text, `,"most_ns":`...)
	text = strconv.AppendInt(text, h.most, 10)
	text = append(text, `,"buckets":[`...)
	first := true
	for b, n := range h.buckets {
		if n == 0 {
			continue
		}
		if !first {
			text = append(text, ',')
		}
		first = false
		text = strconv.AppendInt(text, int64(b), 10)
		text = append(text, ',')
		text = strconv.AppendInt(text, n, 10)
	}
	return append(text, "]}"...)
}
