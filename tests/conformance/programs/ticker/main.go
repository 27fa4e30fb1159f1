// Ticker, one P: ticks stay multiples of the period behind a receiver that comes
// late, and those that it missed are gone. Prints which multiple each tick is.
package main

import (
	"fmt"
	"time"
)

const period = 20 * time.Millisecond

func main() {
	begin := time.Now()
	ticker := time.NewTicker(period)
	time.Sleep(3*period + period/2)
	for i := 0; i < 3; i++ {
		tick := <-ticker.C
		since := tick.Sub(begin)
		fmt.Println(int(since/period), since%period < period/4)
	}
}
