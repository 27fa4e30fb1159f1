// Ops does one operation of Go's runtime or language n times on one P, so that its time is that of the operation. The list is that of
// operations.py.
package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"gpusched/work"
)

type pair struct{ left, right *pair }

type block struct{ words [30]int64 }

var (
	pairs  *pair
	blocks *block
	total  int64
)

func main() {
	switch which {
	case 0:
		arithmetic(n)
	case 1:
		memory(n)
	case 2:
		calls(n)
	case 3:
		small(n)
	case 4:
		large(n)
	case 5:
		spawn(n)
	case 6:
		alone(n)
	case 7:
		alternate(n)
	case 8:
		handOff(n)
	case 9:
		buffered(n)
	case 10:
		stream(n)
	case 11:
		selectReady(n)
	case 12:
		selectNone(n)
	case 13:
		lock(n)
	case 14:
		semaphore(n)
	case 15:
		condition(n)
	case 16:
		clock(n)
	case 17:
		timers(n)
	case 18:
		reset(n)
	case 19:
		add(n)
	case 20:
		fresh(n)
	case 22:
		transfers(n)
	case 23:
		beside(n)
	case 24:
		wake(n)
	case 25:
		slack(n)
	case 26:
		chill(n)
	case 27:
		spans(n)
	case 28:
		firstRuns(n)
	case 29:
		packs(n)
	case 50:
		enter(n)
	case 51:
		raw(n)
	case 52:
		spins(n)
	case 53:
		sleeps(n)
	case 54:
		computes(n)
	case 30:
		divide(n)
	case 31:
		floats(n)
	case 32:
		columns(n)
	case 33:
		scan(n)
	case 34:
		choose(n)
	case 35:
		shift(n)
	case 36:
		merge(n)
	case 37:
		mixed(n)
	case 38:
		tally(n)
	case 39:
		methods(n)
	case 40:
		numbered(n)
	case 41:
		named(n)
	case 42:
		appended(n)
	case 44:
		copied(n)
	case 45:
		sorted(n)
	}
}

// arithmetic: ten operations on registers and the loop.
func arithmetic(n int) {
	x, y := uint64(n), uint64(1)
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		y += x * 3
	}
	total = int64(x + y)
}

// memory: loads, adds and stores in a slice that fits the first cache.
func memory(n int) {
	words := make([]int64, 256)
	for i := range n {
		words[i&255] += words[(i+7)&255] + 1
	}
	total = words[3]
}

// either is a variable, so that neither compiler knows whom calls calls.
var either = func(a, b int64) int64 { return a ^ b }

func calls(n int) {
	x := int64(1)
	for i := range n {
		x = either(x, int64(i))
		if x == -7 {
			either = nil
		}
	}
	total = x
}

func small(n int) {
	for range n {
		pairs = &pair{}
	}
}

func large(n int) {
	for range n {
		blocks = &block{}
	}
}

// spawn: go, run, exit, in batches of 100.
func spawn(n int) {
	var left atomic.Int64
	one := func() { left.Add(-1) }
	for range n / 100 {
		left.Store(100)
		for range 100 {
			go one()
		}
		for left.Load() > 0 {
			runtime.Gosched()
		}
	}
}

func alone(n int) {
	for range n {
		runtime.Gosched()
	}
}

func alternate(n int) {
	done := make(chan bool)
	go func() {
		for range n / 2 {
			runtime.Gosched()
		}
		done <- true
	}()
	for range n / 2 {
		runtime.Gosched()
	}
	<-done
}

// handOff: an unbuffered ping-pong, n times there and back.
func handOff(n int) {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v
		}
	}()
	for i := range n {
		ping <- i
		<-pong
	}
	close(ping)
}

func buffered(n int) {
	c := make(chan int, 1)
	for i := range n {
		c <- i
		<-c
	}
}

func stream(n int) {
	c := make(chan int)
	go func() {
		for i := range n {
			c <- i
		}
		close(c)
	}()
	for range c {
	}
}

func selectReady(n int) {
	a, b := make(chan int, 1), make(chan int, 1)
	for i := range n {
		a <- i
		select {
		case <-a:
		case <-b:
		}
	}
}

func selectNone(n int) {
	var c [8]chan int
	for i := range c {
		c[i] = make(chan int)
	}
	for range n {
		select {
		case <-c[0]:
		case <-c[1]:
		case <-c[2]:
		case <-c[3]:
		case <-c[4]:
		case <-c[5]:
		case <-c[6]:
		case <-c[7]:
		default:
		}
	}
}

func lock(n int) {
	var mu sync.Mutex
	for range n {
		mu.Lock()
		mu.Unlock()
	}
}

// semaphore: a WaitGroup's wait and wake.
func semaphore(n int) {
	todo := make(chan *sync.WaitGroup)
	go func() {
		for wg := range todo {
			wg.Done()
		}
	}()
	for range n {
		var wg sync.WaitGroup
		wg.Add(1)
		todo <- &wg
		wg.Wait()
	}
	close(todo)
}

// condition: Signal and Wait there and back.
func condition(n int) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	turn := 0
	play := func(me int) {
		mu.Lock()
		for range n {
			for turn != me {
				cond.Wait()
			}
			turn = 1 - me
			cond.Signal()
		}
		mu.Unlock()
	}
	go play(1)
	play(0)
}

func clock(n int) {
	start := time.Now()
	for range n {
		total = int64(time.Since(start))
	}
}

func timers(n int) {
	for range n {
		time.NewTimer(time.Hour).Stop()
	}
}

func reset(n int) {
	t := time.NewTimer(time.Hour)
	for i := range n {
		t.Reset(time.Hour + time.Duration(i))
	}
}

func add(n int) {
	var x atomic.Int64
	for range n {
		x.Add(1)
	}
}

// park starts n goroutines that say that they run, wait, and say that they end.
func park(n int, wait chan int, ready, done *sync.WaitGroup) {
	for range n {
		ready.Add(1)
		done.Add(1)
		go func() {
			ready.Done()
			<-wait
			done.Done()
		}()
	}
}

// fresh: all n goroutines live at the same time, so each is a new one. A hundred are started, then they run, as long as the caches have them.
func fresh(n int) {
	wait := make(chan int)
	var ready, done sync.WaitGroup
	for range n / 100 {
		park(100, wait, &ready, &done)
		ready.Wait()
	}
	close(wait)
	done.Wait()
}

// firstRuns: what the first run of a goroutine takes whose memory is fresh, and of one that is made of one that just ended; each as often, a thousand at a time.
func firstRuns(n int) {
	for i, run := range [...]work.Hist{work.Histogram("first run"), work.Histogram("another run")} {
		wait := make(chan int)
		var done sync.WaitGroup
		for range n / 1000 {
			var ready sync.WaitGroup
			if i == 1 {
				wait = make(chan int)
			}
			park(1000, wait, &ready, &done)
			start := time.Now()
			ready.Wait()
			run.Record(time.Since(start) / 1000)
			if i == 1 {
				close(wait)
				done.Wait()
			}
		}
	}
}

// inTurn has n goroutines yield in turn, in another order than they were made in, so that no processor foresees where the next one lies. It returns ns of a
// turn, those of the first round left out.
func inTurn(n, rounds int) time.Duration {
	gates := make([]chan bool, n)
	var ready, done sync.WaitGroup
	var start, end time.Time
	for i := range gates {
		gates[i] = make(chan bool)
		ready.Add(1)
		done.Add(1)
		go func() {
			ready.Done()
			<-gates[i]
			for round := range rounds {
				if i == 0 {
					end = time.Now()
				}
				if i == 0 && round == 1 {
					start = end
				}
				runtime.Gosched()
			}
			done.Done()
		}()
	}
	ready.Wait()
	for i := range n {
		gates[i*7919%n] <- true
	}
	done.Wait()
	return end.Sub(start) / time.Duration((rounds-2)*n)
}

// spans: what a turn takes with few and with many goroutines: where the caches end.
func spans(n int) {
	turn := [...]work.Hist{
		work.Histogram("turn of 500"), work.Histogram("turn of 1000"), work.Histogram("turn of 2000"), work.Histogram("turn of 4000"),
		work.Histogram("turn of 8000"), work.Histogram("turn of 16000"), work.Histogram("turn of 32000"), work.Histogram("turn of 64000"),
	}
	for range n {
		for i, many := range [...]int{500, 1000, 2000, 4000, 8000, 16000, 32000, 64000} {
			turn[i].Record(inTurn(many, max(4, min(9, 120_000/many))))
		}
	}
}

// transfers: n waits for I/O by so many goroutines that the processor is always busy.
func transfers(n int) {
	var left atomic.Int64
	left.Store(int64(n))
	var done sync.WaitGroup
	for range 50 {
		done.Go(func() {
			for left.Add(-1) >= 0 {
				work.IO(20 * time.Microsecond)
			}
		})
	}
	done.Wait()
}

// beside: two ping-pongs side by side, n times there and back. On two P the processors are busy all the time, and each wake-up takes sched.lock.
func beside(n int) {
	var done sync.WaitGroup
	for range 2 {
		done.Go(func() { handOff(n) })
	}
	done.Wait()
}

// wake: how long until an idle P runs a goroutine of this P's queue, and how long this P is busy with waking it. Two P.
func wake(n int) {
	latency, waker := work.Histogram("wake"), work.Histogram("waker")
	for range n {
		work.CPU(time.Millisecond)
		var ran atomic.Bool
		start := time.Now()
		go func() {
			latency.Since(start)
			ran.Store(true)
		}()
		waker.Since(start)
		go func() {}()
		for !ran.Load() {
		}
	}
}

// slack: how late a thread wakes that sleeps in the kernel.
func slack(n int) {
	late := work.Histogram("slack")
	for range n {
		start := time.Now()
		work.Syscall(3 * time.Microsecond)
		late.Record(time.Since(start) - 3*time.Microsecond)
	}
}

// sleeps: how late a P that has nothing else to do is for a timer that is due between two whole milliseconds. One P.
func sleeps(n int) {
	late := work.Histogram("late")
	for range n {
		start := time.Now()
		time.Sleep(1500 * time.Microsecond)
		late.Record(time.Since(start) - 1500*time.Microsecond)
	}
}

// computes: what work.CPU takes.
func computes(n int) {
	took := work.Histogram("took")
	for range n {
		start := time.Now()
		work.CPU(100 * time.Microsecond)
		took.Since(start)
	}
}

// chill: a goroutine's start and message, after the P switched a short or a long time ago. One P.
func chill(n int) {
	after := [...]work.Hist{work.Histogram("after 10us"), work.Histogram("after 100us"), work.Histogram("after 1ms"), work.Histogram("after 5ms")}
	message := make(chan bool)
	send := func() { message <- true }
	for range n {
		for i, long := range [...]time.Duration{10 * time.Microsecond, 100 * time.Microsecond, time.Millisecond, 5 * time.Millisecond} {
			go send()
			<-message
			work.CPU(long)
			start := time.Now()
			go send()
			<-message
			after[i].Since(start)
		}
	}
}
