// Package bubbles has tests in synctest bubbles that pass, fail, panic and end fatally.
package bubbles

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestClock(t *testing.T) {
	outside := time.Now()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		t.Log(start.UTC())
		time.Sleep(90 * time.Minute)
		t.Log(time.Since(start), time.Now().UTC())
		timer := time.NewTimer(time.Hour)
		got := <-timer.C
		if want := start.Add(150 * time.Minute); got != want {
			t.Error(got, want)
		}
	})
	if time.Since(outside) > time.Minute {
		t.Error("time passed outside")
	}
}

func TestContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		time.Sleep(5*time.Second - time.Nanosecond)
		synctest.Wait()
		t.Log(ctx.Err())
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		t.Log(ctx.Err())
	})
}

func TestTicker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ticker := time.NewTicker(3 * time.Second)
		for range 4 {
			t.Log((<-ticker.C).Sub(start))
		}
		ticker.Reset(time.Second)
		t.Log((<-ticker.C).Sub(start))
		ticker.Stop()
		stopped := time.AfterFunc(time.Second, func() { t.Error("ran") })
		t.Log(stopped.Stop(), stopped.Stop())
		fired := 0
		again := time.AfterFunc(time.Second, func() { fired++ })
		time.Sleep(2 * time.Second)
		synctest.Wait()
		t.Log(fired, again.Reset(time.Second))
		time.Sleep(2 * time.Second)
		synctest.Wait()
		t.Log(fired, time.Since(start))
	})
}

func TestManyWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		jobs, results := make(chan int), make(chan int, 100)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for job := range jobs {
					time.Sleep(time.Duration(job) * time.Second)
					results <- job
				}
			})
		}
		for job := range 12 {
			jobs <- job
		}
		close(jobs)
		wg.Wait()
		t.Log(len(results), time.Since(start))
		var mu sync.Mutex
		cond := sync.NewCond(&mu)
		ready := false
		time.AfterFunc(time.Minute, func() {
			mu.Lock()
			ready = true
			mu.Unlock()
			cond.Broadcast()
		})
		mu.Lock()
		for !ready {
			cond.Wait()
		}
		mu.Unlock()
		t.Log(time.Since(start))
		select {
		case <-make(chan int):
		case <-time.After(time.Hour):
			t.Log(time.Since(start))
		}
	})
}

func TestCleanup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Cleanup(func() { t.Log("cleanup", time.Now().UTC()) })
		go func() { <-t.Context().Done() }()
		time.Sleep(time.Second)
	})
}

func TestFailNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Fatal("failed in the bubble")
	})
	t.Log("not reached")
}

func TestErrorGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Error("wrong")
		t.Log("and on")
	})
}

func TestPanicInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { panic("inside") })
}

func TestRunInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { t.Run("sub", func(*testing.T) {}) })
}

func TestParallelInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { t.Parallel() })
}

func TestDeadlineInside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { t.Deadline() })
}

func TestNested(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { synctest.Test(t, func(*testing.T) {}) })
}

func TestWaitOutside(t *testing.T) { synctest.Wait() }

func TestTwoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		go synctest.Wait()
		go synctest.Wait()
		time.Sleep(time.Second)
	})
}

func TestDeadlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { <-make(chan int) })
}

func TestLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { go func() { select {} }() })
}

// moved gives what is made in a bubble to a goroutine outside, which uses it.
func moved[T any](t *testing.T, inside func() T, outside func(T)) {
	given, done := make(chan T), make(chan bool)
	go func() {
		defer close(done)
		outside(<-given)
	}()
	synctest.Test(t, func(t *testing.T) { given <- inside() })
	<-done
}

func newChannel() chan int { return make(chan int, 1) }

func newTimer() *time.Timer { return time.NewTimer(time.Second) }

func TestSendOutside(t *testing.T) { moved(t, newChannel, func(c chan int) { c <- 1 }) }

func TestReceiveOutside(t *testing.T) { moved(t, newChannel, func(c chan int) { <-c }) }

func TestCloseOutside(t *testing.T) { moved(t, newChannel, func(c chan int) { close(c) }) }

func TestSelectOutside(t *testing.T) {
	moved(t, newChannel, func(c chan int) {
		select {
		case <-c:
		case <-make(chan int):
		}
	})
}

func TestStopOutside(t *testing.T) { moved(t, newTimer, func(timer *time.Timer) { timer.Stop() }) }

func TestResetOutside(t *testing.T) {
	moved(t, newTimer, func(timer *time.Timer) { timer.Reset(time.Second) })
}

func TestTimerChannelOutside(t *testing.T) {
	moved(t, newTimer, func(timer *time.Timer) { <-timer.C })
}

func TestGroupMovedIn(t *testing.T) {
	var wg sync.WaitGroup
	wg.Add(1)
	synctest.Test(t, func(t *testing.T) { wg.Add(1) })
}

func TestGroupMovedOut(t *testing.T) {
	var wg sync.WaitGroup
	synctest.Test(t, func(t *testing.T) { wg.Add(1) })
	wg.Add(1)
}

func TestGroupMovedOver(t *testing.T) {
	var wg sync.WaitGroup
	synctest.Test(t, func(t *testing.T) { wg.Add(1) })
	synctest.Test(t, func(t *testing.T) { wg.Add(1) })
}

func TestCondOutside(t *testing.T) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	go func() {
		time.Sleep(10 * time.Millisecond)
		cond.Broadcast()
	}()
	blocked := make(chan int)
	synctest.Test(t, func(t *testing.T) {
		go func() { <-blocked }()
		mu.Lock()
		cond.Wait()
	})
}
