//go:build gpusched

package main

import "time"

// profile is where the simulation ends.
func profile() {
	time.Sleep(50 * time.Millisecond)
}
