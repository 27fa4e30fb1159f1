//go:build !gpusched

package main

import (
	"syscall"
	_ "unsafe" // for go:linkname
)

// enter: a system call that does nothing, with entersyscall and exitsyscall.
func enter(n int) {
	for range n {
		syscall.Syscall(syscall.SYS_GETPID, 0, 0, 0)
	}
}

// raw: the same without them.
func raw(n int) {
	for range n {
		syscall.RawSyscall(syscall.SYS_GETPID, 0, 0, 0)
	}
}

//go:linkname doSpin sync.runtime_doSpin
func doSpin()

// spins: thirty PAUSE instructions.
func spins(n int) {
	for range n {
		doSpin()
	}
}
