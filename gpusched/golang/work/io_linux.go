//go:build linux && !gpusched

package work

import (
	"os"
	"sync"
	sys "syscall"
	"time"
	"unsafe"
)

// A kernel timer that is read as a file: what waits for it is parked and readied by the poller, as if it were a connection.
type timerFile struct {
	file *os.File
	fd   uintptr
}

var idle struct {
	sync.Mutex
	files []timerFile
}

const (
	clockMonotonic = 1
	nonBlock       = 0x800
	closeOnExec    = 0x80000
	dupCloseOnExec = 1030
)

// The kernel's table of a process's files grows where it is full, and that waits
// until no other thread can look at the old one, for tens of milliseconds
// (fs/file.c: expand_fdtable). So it is made large before main.
func init() {
	for most := uintptr(4096); most > 64; most /= 2 {
		if fd, _, errno := sys.RawSyscall(sys.SYS_FCNTL, 2, dupCloseOnExec, most-1); errno == 0 {
			sys.RawSyscall(sys.SYS_CLOSE, fd, 0, 0)
			return
		}
	}
}

func newTimerFile() (timerFile, bool) {
	fd, _, errno := sys.Syscall(sys.SYS_TIMERFD_CREATE, clockMonotonic, nonBlock|closeOnExec, 0)
	if errno != 0 {
		return timerFile{}, false
	}
	return timerFile{os.NewFile(fd, "timer"), fd}, true
}

func takeTimerFile() (timerFile, bool) {
	idle.Lock()
	if n := len(idle.files); n > 0 {
		one := idle.files[n-1]
		idle.files = idle.files[:n-1]
		idle.Unlock()
		return one, true
	}
	idle.Unlock()
	return newTimerFile()
}

// io sleeps where no more files can be opened.
func io(d int64) {
	one, ok := takeTimerFile()
	if !ok {
		time.Sleep(time.Duration(d))
		return
	}
	when := [4]int64{2: d / 1e9, 3: d % 1e9}
	sys.RawSyscall6(sys.SYS_TIMERFD_SETTIME, one.fd, 0, uintptr(unsafe.Pointer(&when)), 0, 0, 0)
	var expirations [8]byte
	if _, err := one.file.Read(expirations[:]); err != nil {
		panic("work.IO: " + err.Error())
	}
	idle.Lock()
	idle.files = append(idle.files, one)
	idle.Unlock()
}
