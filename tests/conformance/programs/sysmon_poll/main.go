// Sysmon_poll, one P that is never idle: goroutines that wait for the network are
// found nevertheless, within two periods of sysmon. Prints how long each waited, in
// microseconds.
package main

import (
	"fmt"
	"time"

	"gpusched/work"
)

const (
	waits               = 8
	short time.Duration = 100 * time.Microsecond
	limit time.Duration = 500 * time.Millisecond
	piece time.Duration = 20 * time.Microsecond
)

func main() {
	took := make([]time.Duration, 0, waits)
	go func() {
		for len(took) < waits {
			start := time.Now()
			work.IO(short)
			took = append(took, time.Since(start))
		}
	}()
	for begin := time.Now(); len(took) < waits && time.Since(begin) < limit; {
		work.CPU(piece)
	}
	for _, d := range took {
		fmt.Println(int64(d) / 1000)
	}
}
