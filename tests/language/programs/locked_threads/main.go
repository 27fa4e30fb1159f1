// Goroutines that are locked to threads: they yield, wait, sleep, end and are preempted as others do.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func yields() {
	var wg sync.WaitGroup
	var turns atomic.Int64
	for i := range 4 {
		wg.Go(func() {
			if i%2 == 0 {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
			}
			for range 20 {
				turns.Add(1)
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
	fmt.Println("yields", turns.Load())
}

func nested() {
	done := make(chan int)
	go func() {
		runtime.UnlockOSThread() // no effect
		runtime.LockOSThread()
		runtime.LockOSThread()
		runtime.UnlockOSThread()
		time.Sleep(time.Millisecond)
		runtime.UnlockOSThread()
		done <- 1
	}()
	fmt.Println("nested", <-done)
}

// ended is a goroutine that never unlocks: its thread ends with it.
func ended() {
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			runtime.LockOSThread()
			time.Sleep(time.Millisecond)
		})
		wg.Go(func() {
			runtime.LockOSThread()
			runtime.Goexit()
		})
	}
	wg.Wait()
	fmt.Println("ended")
}

func waits() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var mu sync.Mutex
	there, back := make(chan int), make(chan int)
	go func() {
		runtime.LockOSThread()
		for n := range there {
			mu.Lock()
			mu.Unlock()
			back <- 2 * n
		}
		close(back)
	}()
	sum := 0
	for i := range 10 {
		mu.Lock()
		there <- i
		time.Sleep(100 * time.Microsecond)
		mu.Unlock()
		sum += <-back
	}
	close(there)
	_, open := <-back
	fmt.Println("waits", sum, open)
	select {
	case <-time.After(time.Millisecond):
		fmt.Println("timer")
	case <-there:
	}
}

func preempted() {
	var stop atomic.Bool
	var ran atomic.Int64
	done := make(chan bool)
	go func() {
		runtime.LockOSThread()
		for !stop.Load() {
		}
		done <- true
	}()
	go func() {
		ran.Add(1)
		stop.Store(true)
	}()
	<-done
	fmt.Println("preempted", ran.Load())
}

func resized() {
	runtime.LockOSThread()
	before := runtime.GOMAXPROCS(3)
	done := make(chan int, 4)
	for i := range 4 {
		go func() {
			runtime.LockOSThread()
			runtime.Gosched()
			done <- i
		}()
	}
	runtime.Gosched()
	runtime.GOMAXPROCS(1)
	sum := <-done + <-done
	runtime.GOMAXPROCS(2)
	sum += <-done + <-done
	runtime.GOMAXPROCS(before)
	runtime.UnlockOSThread()
	fmt.Println("resized", sum)
}

func panics() {
	defer func() { fmt.Println("recovered", recover()) }()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	runtime.Gosched()
	panic("locked")
}

func main() {
	yields()
	nested()
	ended()
	waits()
	preempted()
	resized()
	panics()
	yields()
}
