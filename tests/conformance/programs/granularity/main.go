// Granularity, one P: with nothing else to do the poller waits for the next timer
// in whole milliseconds, one at least. Prints how long sleeps of 100 microseconds
// took, in microseconds.
package main

import (
	"fmt"
	"time"
)

const (
	sleeps               = 20
	short  time.Duration = 100 * time.Microsecond
)

func main() {
	for i := 0; i < sleeps; i++ {
		start := time.Now()
		time.Sleep(short)
		fmt.Println(int64(time.Since(start)) / 1000)
	}
}
