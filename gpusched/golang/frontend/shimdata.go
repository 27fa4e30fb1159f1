package main

import (
	"runtime"
	"strconv"
	"strings"
)

// shimBodies are bodies of functions: package directory/file -> function, with its receiver's type -> body.
var shimBodies = map[string]map[string]string{
	"time/sleep.go": {"syncTimer": `return unsafe.Pointer(&localLoc)`},
	"runtime/mcleanup.go": {"AddCleanup": `if ptr == nil {
		panic("runtime.AddCleanup: ptr is nil")
	}
	switch simulatedCheckCleanup(unsafe.Pointer(ptr), simulatedPointer(arg), *(*unsafe.Pointer)(unsafe.Pointer(&cleanup))) {
	case 1:
		panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run")
	case 2:
		panic("runtime.AddCleanup: ptr is within arg, cleanup will never run")
	case 3:
		panic("runtime.AddCleanup: cleanup function closes over ptr, cleanup will never run")
	case 4:
		return Cleanup{}
	}
	special := &simulatedSpecial{ptr: unsafe.Pointer(ptr), call: func() { cleanup(arg) }}
	if simulatedAddCleanup(&simulatedCleanups, special) {
		go runCleanups()
	}
	return Cleanup{id: special.id}`, "Cleanup.Stop": `if c.id != 0 {
		simulatedStopCleanup(&simulatedCleanups, c.id)
	}`, "runCleanups": `for {
		for special := simulatedTakeCleanup(&simulatedCleanups); special != nil; special = special.next {
			special.call()
		}
	}`},
	"time/zoneinfo_unix.go": {"initLocal": `localLoc.name = "UTC"`},
	"math/rand/rand.go": {"globalRand": `if r := globalRandGenerator.Load(); r != nil {
		return r
	}
	globalRandGenerator.CompareAndSwap(nil, &Rand{src: &runtimeSource{}, s64: &runtimeSource{}})
	return globalRandGenerator.Load()`},
	"fmt/print.go": {"newPrinter": `p := new(pp)
	p.fmt.init(&p.buf)
	return p`, "*pp.free": ``},
	"maps/maps.go": {"Clone": `if m == nil {
		return nil
	}
	made := make(M, len(m))
	for k, v := range m {
		made[k] = v
	}
	return made`},
	"math/exp.go":   {"Exp": `return amd64Exp(x)`},
	"math/log.go":   {"Log": `return amd64Log(x)`},
	"math/hypot.go": {"Hypot": amd64Hypot},
	"runtime/extern.go": {"Version": "return " + strconv.Quote(runtime.Version()), "Callers": `return simulatedPCs(skip, pc)`, "Caller": `var pcs [1]uintptr
	if simulatedPCs(skip+1, pcs[:]) < 1 {
		return
	}
	_, file, line = simulatedPlace(pcs[0])
	return pcs[0], file, line, true`},
	"runtime/mprof.go": {"Stack": `if all {
		simulatedRefuse("runtime.Stack of all goroutines; give it false")
	}
	return copy(buf, simulatedStack())`},
	"runtime/symtab.go": {"CallersFrames": `return &Frames{callers: callers}`, "*Frames.Next": `if len(ci.callers) == 0 {
		return
	}
	frame.PC, ci.callers = ci.callers[0], ci.callers[1:]
	frame.Func = FuncForPC(frame.PC)
	frame.Function, frame.File, frame.Line = simulatedPlace(frame.PC)
	return frame, len(ci.callers) > 0`, "FuncForPC": `name, file, line := simulatedPlace(pc)
	if name == "" {
		return nil
	}
	return &Func{name, file, line, pc}`, "*Func.Name": `if f == nil {
		return ""
	}
	return f.name`, "*Func.FileLine": `_, file, line = simulatedPlace(pc)
	return`, "*Func.Entry": `return f.entry`},
	"math/dim.go": {"Max": `return max(x, y)`, "Min": `return min(x, y)`},
	"math/floor.go": {"Ceil": `return -Floor(-x)`, "Trunc": `if x < 0 {
		return Ceil(x)
	}
	return Floor(x)`},
	"sync/atomic/value.go": {"*Value.Swap": valueSwap, "*Value.CompareAndSwap": valueCompareAndSwap},
	"math/unsafe.go":       {"Float32bits": singleBits, "Float32frombits": singleFromBits},
	"internal/strconv/deps.go": {
		"float32bits":     strings.ReplaceAll(singleBits, "Float64bits", "float64bits"),
		"float32frombits": strings.ReplaceAll(singleFromBits, "Float64frombits", "float64frombits"),
	},
	"os/file_unix.go": {"newFileFromNewFile": `return &File{&file{name: name}}`},
	"os/file.go": {
		"NewFile": `return newFileFromNewFile(fd, name)`,
		"*File.Write": `if f == nil {
		return 0, ErrInvalid
	}
	return len(b), f.output(string(b))`,
		"*File.Read": `if f != Stdin {
		return 0, ErrInvalid
	}
	return 0, io.EOF`,
		"TempDir": `if dir := Getenv("TMPDIR"); dir != "" {
		return dir
	}
	return "/tmp"`,
		"*File.Close": `return nil`, "*File.Sync": `return nil`,
		"*File.WriteString": `if f == nil {
		return 0, ErrInvalid
	}
	return len(s), f.output(s)`,
	},
	"syscall/zsyscall_linux_amd64.go": {"Getpid": `return 1`, "Kill": `if pid != Getpid() {
		refuse("not simulated: a second process")
	}
	switch sig {
	case 0, SIGCHLD, SIGURG, SIGWINCH, SIGCONT:
	default:
		refuse("not simulated: a signal that does more than nothing")
	}
	return nil`},
	"os/env.go": {
		"Getenv": `value, _ := simulatedLookup(key)
	return value`,
		"LookupEnv": `return simulatedLookup(key)`, "Setenv": `return simulatedSet(key, value)`, "Unsetenv": `return simulatedUnset(key)`,
		"Clearenv": `simulatedClear()`, "Environ": `return simulatedEnviron()`,
	},
	"os/exec.go":               {"Getpid": `return 1`, "Getppid": `return 0`},
	"os/signal/signal_unix.go": {"loop": `wait()`}, // none comes
	"os/getwd.go":              {"Getwd": `return "/", nil`},
	"os/sys.go":                {"Hostname": `return "localhost", nil`},
	"hash/maphash/maphash.go": {
		"rthash": `h := (seed ^ uint64(len(buf))*0x9E3779B97F4A7C15) | 1
	for _, b := range buf {
		h = (h ^ uint64(b)) * 0x9FB21C651E98DF25
		h ^= h >> 32
	}
	h *= 0xD6E8FEB86659FD93
	return h ^ h>>29`,
		"comparableHash": `x := any(v)
	return uint64(hashInterface(&x, uintptr(seed.s)))`,
	},
	"crypto/internal/fips140/drbg/rand.go": {"Read": `for i := 0; i < len(b); i += 8 {
		x := simulatedRand()
		for j := i; j < min(i+8, len(b)); j++ {
			b[j] = byte(x)
			x >>= 8
		}
	}`},
	"internal/sync/hashtriemap.go": {"*HashTrieMap.initSlow": `ht.initMu.Lock()
	defer ht.initMu.Unlock()
	if ht.inited.Load() != 0 {
		return
	}
	ht.root.Store(newIndirectNode[K, V](nil))
	ht.keyHash = hashOf[K]
	ht.valEqual = equalOf[V]
	ht.seed = uintptr(runtime_rand())
	ht.inited.Store(1)`},
}

// Bodies of the conversions between a float32, which is a float64 in the model, and its bits.
const (
	singleBits = `b := Float64bits(float64(f))
	sign, exponent, mantissa := uint32(b>>32)&0x80000000, int(b>>52)&0x7FF, b&(1<<52-1)
	switch {
	case exponent == 0x7FF:
		return sign | 0x7F800000 | uint32(mantissa>>29)
	case exponent > 1023-127:
		return sign | uint32(exponent-1023+127)<<23 | uint32(mantissa>>29)
	case exponent == 0:
		return sign
	}
	return sign | uint32((mantissa|1<<52)>>uint(29+1023-126-exponent))`
	singleFromBits = `sign, exponent, mantissa := uint64(b&0x80000000)<<32, int(b>>23)&0xFF, uint64(b&(1<<23-1))<<29
	switch {
	case exponent == 0xFF:
		return float32(Float64frombits(sign | 0x7FF<<52 | mantissa))
	case exponent > 0:
		return float32(Float64frombits(sign | uint64(exponent-127+1023)<<52 | mantissa))
	case mantissa == 0:
		return float32(Float64frombits(sign))
	}
	for exponent = 1; mantissa>>52 == 0; exponent-- {
		mantissa <<= 1
	}
	return float32(Float64frombits(sign | uint64(exponent-127+1023)<<52 | mantissa&(1<<52-1)))`
)

// Bodies of methods of atomic.Value: the data word decides, as a type stays what it is once it is set.
const (
	valueSwap = `if new == nil {
		panic("sync/atomic: swap of nil value into Value")
	}
	held, next := (*interfaceWords)(unsafe.Pointer(v)), (*interfaceWords)(unsafe.Pointer(&new))
	for LoadUintptr(&held.number) == 0 {
		if CompareAndSwapPointer(&held.data, nil, next.data) {
			StoreUintptr(&held.number, next.number)
			return nil
		}
	}
	if held.number != next.number {
		panic("sync/atomic: swap of inconsistently typed value into Value")
	}
	last := (*interfaceWords)(unsafe.Pointer(&old))
	last.number, last.data = next.number, SwapPointer(&held.data, next.data)
	return old`
	valueCompareAndSwap = `if new == nil {
		panic("sync/atomic: compare and swap of nil value into Value")
	}
	held, next := (*interfaceWords)(unsafe.Pointer(v)), (*interfaceWords)(unsafe.Pointer(&new))
	if old != nil && (*interfaceWords)(unsafe.Pointer(&old)).number != next.number {
		panic("sync/atomic: compare and swap of inconsistently typed values")
	}
	for LoadUintptr(&held.number) == 0 {
		if old != nil {
			return false
		}
		if CompareAndSwapPointer(&held.data, nil, next.data) {
			StoreUintptr(&held.number, next.number)
			return true
		}
	}
	if held.number != next.number {
		panic("sync/atomic: compare and swap of inconsistently typed value into Value")
	}
	var now any
	present := (*interfaceWords)(unsafe.Pointer(&now))
	present.number, present.data = held.number, LoadPointer(&held.data)
	return now == old && CompareAndSwapPointer(&held.data, present.data, next.data)`
)

// shimTails are declarations that are added at the end of files.
var shimTails = map[string]string{
	"os/file.go": `
func (f *File) output(s string) error {
	for len(s) > 4096 {
		if err := f.output(s[:4096]); err != nil {
			return err
		}
		s = s[4096:]
	}
	if f == Stdout {
		writeStdout(s)
	} else if f == Stderr {
		writeStderr(s)
	} else {
		return ErrInvalid
	}
	return nil
}

func writeStdout(s string)
func writeStderr(s string)
`,
	"fmt/print.go": `
func simulatedPrint(a ...any) (n int, err error)                 { return Fprint(os.Stdout, a...) }
func simulatedPrintln(a ...any) (n int, err error)               { return Fprintln(os.Stdout, a...) }
func simulatedPrintf(format string, a ...any) (n int, err error) { return Fprintf(os.Stdout, format, a...) }
`,
	"hash/maphash/maphash.go":              "\nfunc hashInterface(x *any, seed uintptr) uintptr\n",
	"crypto/internal/fips140/drbg/rand.go": "\nfunc simulatedRand() uint64\n",
	"iter/iter.go": `
func corostart(c *coro) {
	defer coroexit(c)
	c.f(c)
}

func startcoro(start func(*coro), c *coro)
func coroexit(c *coro)
`,
	"sync/atomic/value.go": `
type interfaceWords struct {
	number uintptr
	data   unsafe.Pointer
}
`,
	"internal/sync/hashtriemap.go": `
func hashOf[T any](p unsafe.Pointer, seed uintptr) uintptr {
	x := any(*(*T)(p))
	return hashInterface(&x, seed)
}
func equalOf[T any](x, y unsafe.Pointer) bool { return any(*(*T)(x)) == any(*(*T)(y)) }
func hashInterface(x *any, seed uintptr) uintptr
`,
	"runtime/mcleanup.go": `
// simulatedSpecial is a registered cleanup; the order of its fields is the model's.
type simulatedSpecial struct {
	next *simulatedSpecial
	ptr  unsafe.Pointer // the mark does not look at it
	call func()
	id   uint64
}

// simulatedCleanups are the cleanups of the program; the order of its fields is the model's.
var simulatedCleanups simulatedCleanupQueue

type simulatedCleanupQueue struct {
	specials, queue, last      *simulatedSpecial
	sleeping, started, flushed int
	id                         uint64
}

func simulatedCheckCleanup(ptr, arg, cleanup unsafe.Pointer) int
func simulatedAddCleanup(q *simulatedCleanupQueue, special *simulatedSpecial) bool
func simulatedStopCleanup(q *simulatedCleanupQueue, id uint64)
func simulatedTakeCleanup(q *simulatedCleanupQueue) *simulatedSpecial
func simulatedEmptyCleanup(q *simulatedCleanupQueue) bool
func simulatedNanotime() int64

// simulatedPointer is arg if that is a pointer, else nil.
func simulatedPointer[S any](arg S) unsafe.Pointer { return nil }

// simulatedBlockUntilEmpty is cleanupQueue.blockUntilEmpty, which tests know under names of their own.
func simulatedBlockUntilEmpty(timeout int64) bool {
	start := simulatedNanotime()
	for simulatedNanotime()-start < timeout {
		if simulatedEmptyCleanup(&simulatedCleanups) {
			return true
		}
		Gosched()
	}
	return false
}
`,
	"os/signal/signal_unix.go":        "\nfunc wait()\n",
	"syscall/zsyscall_linux_amd64.go": "\nfunc refuse(text string)\n",
	"math/exp.go":                     "\n// PortableExp is Exp in Go on every machine.\nfunc PortableExp(x float64) float64 { return exp(x) }\n" + amd64Exp,
	"math/log.go":                     "\n// PortableLog is Log in Go on every machine.\nfunc PortableLog(x float64) float64 { return log(x) }\n" + amd64Log,
	"runtime/extern.go":               simulatedCallers,
}

// shimEdits are texts in files, each followed by what stands in its place.
var shimEdits = map[string][]string{
	"fmt/print.go":      {"uintptr(value.UnsafePointer())", "value.Pointer()"},
	"runtime/symtab.go": {"\topaque struct{} // unexported field to disallow conversions", "\tname, file string; line int; entry uintptr"},
	"os/proc.go":        {"var Args []string", `var Args = []string{"main"}`},
	"iter/iter.go": {
		"type coro struct{}", "type coro struct { g uintptr; f func(*coro) }",
		"\nfunc newcoro(func(*coro)) *coro", "\nfunc newcoro(f func(*coro)) *coro { c := &coro{f: f}; startcoro(corostart, c); return c }",
	},
	"testing/synctest/synctest.go": {
		"\nfunc testingSynctestTest(t *testing.T, f func(*testing.T)) bool", "\nfunc testingSynctestTest(t *testing.T, f func(*testing.T)) bool { return testing.SynctestTest(t, f) }",
	},
	"math/rand/exp.go":       portable,
	"math/rand/normal.go":    portable,
	"math/rand/v2/exp.go":    portable,
	"math/rand/v2/normal.go": portable,
}

var portable = []string{"math.Exp(", "math.PortableExp(", "math.Log(", "math.PortableLog("}
