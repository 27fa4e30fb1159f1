// Package work says what a program's goroutines do besides running Go code: how
// long they compute, wait in system calls and for the network, how much they
// allocate, when requests arrive, and what is to be measured.
//
// The same program runs on the real toolchain (go run), where the work is done
// for real, and in gpusched (build tag gpusched), where it passes in simulated
// time. Durations and sizes are drawn from distributions; in gpusched the draws
// of a goroutine depend on the seed, the replica and the goroutine's ancestry
// alone, so they are the same under every schedule.
//
// Shape parameters (sigma, alpha, k), file names and names of histograms must be
// constants where they are passed: gpusched builds their tables when it compiles.
package work
