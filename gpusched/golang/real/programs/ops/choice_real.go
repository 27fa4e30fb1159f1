//go:build !gpusched

package main

import (
	"os"
	"strconv"
)

// Which operation, and how often.
var (
	which = number("GPUSCHED_OPERATION")
	n     = number("GPUSCHED_TIMES")
)

func number(name string) int {
	value, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		panic(name + " is no number")
	}
	return value
}
