//go:build !gpusched && (amd64 || arm64)

package main

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"gpusched/work"
)

const (
	futexWaitPrivate = 128
	futexWakePrivate = 129
)

// processor is the number of the one that the thread runs on.
func processor() uintptr {
	number, call := uint32(0), uintptr(309)
	if runtime.GOARCH == "arm64" {
		call = 168
	}
	syscall.RawSyscall(call, uintptr(unsafe.Pointer(&number)), 0, 0)
	return uintptr(number)
}

// pin lets the thread run on the processors that have a bit in mask: whether it could.
func pin(mask uint64) bool {
	_, _, err := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, 0, 8, uintptr(unsafe.Pointer(&mask)))
	return err == 0
}

// packs: where a thread runs that last ran on its waker's processor, while another one idles. It slept for 1 ms, or 3 ms. Two Ps, each on a thread of its own.
func packs(n int) {
	kept := [...]work.Hist{work.Histogram("kept after 1ms"), work.Histogram("kept after 3ms")}
	left := [...]work.Hist{work.Histogram("left after 1ms"), work.Histogram("left after 3ms")}
	if runtime.NumCPU() < 2 {
		return
	}
	var word, asleep, ran atomic.Uint32
	var woken atomic.Int64
	began := time.Now()
	runtime.LockOSThread()
	home := processor()
	if !pin(1 << home) {
		return // there are more than 64
	}
	go func() {
		runtime.LockOSThread()
		for i := range uint32(n) {
			pin(1 << home)
			pin(^uint64(0))
			asleep.Store(i + 1)
			for word.Load() != i+1 {
				syscall.RawSyscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(&word)), futexWaitPrivate, uintptr(i), 0, 0, 0)
			}
			late := time.Since(began) - time.Duration(woken.Load())
			if processor() == home {
				kept[i%2].Record(late)
			} else {
				left[i%2].Record(late)
			}
			ran.Store(i + 1)
		}
	}()
	for i := range uint32(n) {
		for asleep.Load() != i+1 {
			syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0)
		}
		for start := time.Now(); time.Since(start) < time.Duration(1+i%2*2)*time.Millisecond; {
		}
		woken.Store(int64(time.Since(began)))
		word.Store(i + 1)
		syscall.RawSyscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(&word)), futexWakePrivate, 1, 0, 0, 0)
		for ran.Load() != i+1 {
		}
	}
}
