//go:build !gpusched

package main

import (
	"os"
	"runtime/pprof"
	"time"
)

// profile writes the runtime's own profile of leaked goroutines.
func profile() {
	time.Sleep(50 * time.Millisecond)
	pprof.Lookup("goroutineleak").WriteTo(os.Stderr, 2)
}
