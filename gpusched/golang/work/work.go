package work

import "time"

// CPU computes for d: the goroutine keeps its P busy and can be preempted. A d
// of 0 or less does nothing.
func CPU(d time.Duration) {
	if d > 0 {
		cpu(int64(d))
	}
}

// Syscall blocks in a system call for d: the goroutine keeps its thread, and its
// P until the scheduler takes that away. A d of 0 or less does nothing.
func Syscall(d time.Duration) {
	if d > 0 {
		syscall(int64(d))
	}
}

// IO waits for d as for the network: the goroutine parks until the poller
// readies it. A d of 0 or less does nothing.
func IO(d time.Duration) {
	if d > 0 {
		io(int64(d))
	}
}

// Stack deepens the stack by n bytes for the rest of the calling function's call.
func Stack(n int) {
	if n > 0 {
		stack(n)
	}
}

// Alloc allocates n bytes of heap that stay reachable for lifetime.
func Alloc(n int, lifetime time.Duration) {
	if n > 0 {
		alloc(n, int64(lifetime))
	}
}

// Rand returns a number from 0 to n-1, each as likely. It panics if n is below 1.
func Rand(n int) int {
	if n < 1 {
		panic("work.Rand: n is below 1")
	}
	return int(uniform(uint64(n)))
}

// Rand64 returns 64 random bits.
func Rand64() uint64 {
	return rand64()
}

// Hist is a histogram of durations. Its name is a dataset of the results.
type Hist int

// Histogram returns the histogram of the given name, which must be a constant.
// Two calls with one name give the same histogram.
func Histogram(name string) Hist {
	return Hist(histogram(name))
}

// Record counts d.
func (h Hist) Record(d time.Duration) {
	record(int(h), int64(d))
}

// Since counts the time that has passed since start.
func (h Hist) Since(start time.Time) {
	record(int(h), int64(time.Since(start)))
}

// Snapshot stores the metrics of this moment under a label. On the real
// toolchain it prints a line for each histogram to standard error.
func Snapshot(label string) {
	snapshot(label)
}
