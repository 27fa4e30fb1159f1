// Timer_reset, one P: Reset of pending, of fired and of stopped timers, earlier
// and later, and Stop beside other timers; when they fire, in periods of 20 ms.
package main

import (
	"fmt"
	"time"
)

const period = 20 * time.Millisecond

var (
	begin time.Time
	fired = make(chan string, 10)
)

func after(d time.Duration, name string) *time.Timer {
	return time.AfterFunc(d, func() {
		fired <- fmt.Sprint(name, " ", int(time.Since(begin)/period))
	})
}

func main() {
	begin = time.Now()
	earlier := after(time.Hour, "earlier")
	later := after(period, "later")
	stopped := after(2*period, "stopped")
	again := after(2*period, "again")
	after(5*period, "last")
	fmt.Println(earlier.Reset(3*period), later.Reset(4*period), stopped.Stop(), again.Stop())
	fmt.Println(stopped.Stop(), again.Reset(period))
	for i := 0; i < 4; i++ {
		fmt.Println(<-fired)
	}
	fmt.Println(earlier.Stop(), earlier.Reset(period), len(fired))
	fmt.Println(<-fired)
}
