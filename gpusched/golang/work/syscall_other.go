//go:build !linux && !gpusched

package work

import "time"

// syscall only sleeps: no blocking call is at hand on all systems.
func syscall(d int64) { time.Sleep(time.Duration(d)) }
