// Time: Sleep, After, NewTimer, Stop, Reset, NewTicker, AfterFunc, Now, Since and durations.
package main

import (
	"fmt"
	"time"
)

const ms = time.Millisecond

func between(d, least, most time.Duration) bool { return least <= d && d < most }

func main() {
	start := time.Now()
	time.Sleep(5 * ms)
	fmt.Println(between(time.Since(start), 5*ms, 500*ms))
	time.Sleep(0)
	time.Sleep(-1)

	order := make(chan int, 3)
	for _, i := range []int{3, 1, 2} {
		go func() {
			time.Sleep(time.Duration(i) * 20 * ms)
			order <- i
		}()
	}
	fmt.Println(<-order, <-order, <-order)

	t := time.NewTimer(3 * ms)
	when := <-t.C
	fmt.Println(between(when.Sub(start), 63*ms, 5000*ms), t.Stop())
	fmt.Println(t.Reset(time.Hour), t.Stop(), t.Reset(2*ms))
	<-t.C

	stopped := time.NewTimer(10 * ms)
	fmt.Println(stopped.Stop(), stopped.Stop())
	select {
	case <-stopped.C:
		fmt.Println("fired")
	case <-time.After(20 * ms):
		fmt.Println("silent")
	}

	ticks := 0
	ticker := time.NewTicker(10 * ms)
	begin := time.Now()
	for range ticker.C {
		ticks++
		if ticks == 3 {
			ticker.Stop()
			break
		}
	}
	fmt.Println(ticks, between(time.Since(begin), 30*ms, 1000*ms))
	ticker.Reset(5 * ms)
	<-ticker.C
	ticker.Stop()

	called := make(chan string)
	f := time.AfterFunc(5*ms, func() { called <- "called" })
	fmt.Println(<-called, f.Stop())
	g := time.AfterFunc(time.Hour, func() { called <- "called again" })
	fmt.Println(g.Stop(), g.Reset(ms))
	fmt.Println(<-called)

	a := time.Now()
	b := a.Add(90 * time.Minute)
	fmt.Println(b.After(a), a.Before(b), b.Equal(a), b.Sub(a) == 90*time.Minute, a.IsZero())
	d := 1500 * time.Microsecond
	fmt.Println(int64(d), d.Microseconds(), d.Milliseconds(), d > time.Millisecond, int(d/ms), time.Time{}.IsZero())
	fmt.Println(between(time.Until(b), 89*time.Minute, 91*time.Minute))
}
