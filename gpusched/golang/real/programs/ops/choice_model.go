//go:build gpusched

package main

// Which operation, and how often.
var (
	which = 0
	n     = 100
)
