// Arrivals prints, for each arrival process, the number of arrivals and the due
// time of the last one in ns since the start, and records the gaps.
package main

import (
	"fmt"
	"time"

	"gpusched/work"
)

const (
	arrivals = 2000
	rate     = 1000.0 // per second

	phase time.Duration = 20 * time.Millisecond // mean length of a phase on; off is three times as long
)

func count(name string, process *work.Arrivals, gaps work.Hist) {
	start := time.Now()
	last := start
	for i := 0; i < arrivals; i++ {
		due := process.Next()
		if time.Now().Before(due) {
			panic(name + ": Next returned before the due time")
		}
		gaps.Record(due.Sub(last))
		last = due
	}
	fmt.Println(name, int64(last.Sub(start)))
}

func main() {
	count("poisson", work.Poisson(rate), work.Histogram("poisson"))
	count("periodic", work.Periodic(time.Millisecond), work.Histogram("periodic"))
	count("renewal", work.Renewal(work.Gamma(time.Millisecond, 4)), work.Histogram("renewal"))
	count("bursts", work.OnOff(rate, phase, 3*phase), work.Histogram("bursts"))
}
