//go:build linux && !gpusched

package work

import (
	sys "syscall"
	"unsafe"
)

// syscall sleeps in the kernel with the thread, as a blocking read would.
func syscall(d int64) {
	left := sys.NsecToTimespec(d)
	for {
		_, _, errno := sys.Syscall(sys.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&left)), uintptr(unsafe.Pointer(&left)), 0)
		if errno != sys.EINTR {
			return
		}
	}
}
