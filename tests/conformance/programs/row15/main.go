// Row15, the real toolchain only: which bucket of /sched/latencies:seconds holds
// 300 ns and which 1 ms.
package main

import (
	"fmt"
	"math"
	"runtime/metrics"
)

func main() {
	sample := []metrics.Sample{{Name: "/sched/latencies:seconds"}}
	metrics.Read(sample)
	bounds := sample[0].Value.Float64Histogram().Buckets
	for _, d := range []float64{300e-9, 1e-3} {
		for i := 0; i+1 < len(bounds); i++ {
			if bounds[i] <= d && d < bounds[i+1] {
				fmt.Println(i, math.Round(bounds[i]*1e9), math.Round(bounds[i+1]*1e9))
			}
		}
	}
}
