//go:build gpusched

package work

// In gpusched these are natives of the model (gpusched/machine/opcodes.py).

// rand64 draws 64 bits from the goroutine's stream.
func rand64() uint64

// quantile draws from a table: scale (ns) times the quantile, rounded.
func quantile(table int, scale int64) int64

// table is the number of the table of this kind and shape.
func table(kind int, shape float64) int

// empirical is the number of the table made from a file of observed durations.
func empirical(path string) int

// uniform draws a number below n.
func uniform(n uint64) uint64

// cpu computes for d ns.
func cpu(d int64)

// syscall blocks in a system call for d ns.
func syscall(d int64)

// io waits d ns for the poller.
func io(d int64)

// stack deepens the stack by n bytes.
func stack(n int)

// alloc allocates n bytes that live for lifetime ns.
func alloc(n int, lifetime int64)

// histogram is the number of the histogram of this name.
func histogram(name string) int

// record counts d ns in histogram h.
func record(h int, d int64)

// snapshot stores the metrics under a label.
func snapshot(label string)
