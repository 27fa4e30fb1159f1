//go:build !linux && !gpusched

package work

import "time"

func io(d int64) { time.Sleep(time.Duration(d)) }
