//go:build !gpusched && !gpusched_record

package work

import "math/rand/v2"

func rand64() uint64 { return rand.Uint64() }

func probe(int64) bool { return false }
