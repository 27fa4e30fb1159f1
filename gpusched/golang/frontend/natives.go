package main

import (
	"strings"

	"golang.org/x/tools/go/ssa"
)

// natives are the functions, by ssa name of their origin, that the model makes itself though some have a Go body.
// Functions without a body in the packages of nativeBodiless are natives too.
var natives = words(`
	(*sync/atomic.Value).Load (*sync/atomic.Value).Store
	internal/runtime/atomic.LoadAcquintptr internal/runtime/atomic.StoreReluintptr
	time.Sleep time.newTimer time.stopTimer time.resetTimer time.sendTime time.goFunc time.now time.runtimeNano time.runtimeNow
	runtime.LockOSThread runtime.UnlockOSThread runtime.Gosched runtime.Goexit runtime.GOMAXPROCS runtime.GC runtime.ReadMemStats runtime.SetFinalizer
	runtime.simulatedCheckCleanup runtime.simulatedAddCleanup runtime.simulatedStopCleanup runtime.simulatedTakeCleanup runtime.simulatedEmptyCleanup
	runtime.simulatedNanotime runtime.simulatedPointer
	runtime.simulatedCallers runtime.simulatedStacks runtime.simulatedGoid runtime.simulatedRefuse
	runtime.NumGoroutine runtime.NumCPU runtime.SetMutexProfileFraction runtime.SetBlockProfileRate
	runtime/debug.SetGCPercent runtime/debug.SetMaxThreads
	reflect.types reflect.add reflect.words reflect.pack reflect.allocate reflect.move reflect.hash internal/sync.hashInterface hash/maphash.hashInterface
	fmt.Print fmt.Println fmt.Printf
	os.Exit os.writeStdout os.writeStderr
	math.Sqrt math.sqrt math.Floor math.Float64bits math.Float64frombits
	internal/strconv.float64bits internal/strconv.float64frombits internal/bytealg.MakeNoZero
	internal/abi.NoEscape internal/abi.Escape
	math/rand.runtime_rand math/rand/v2.runtime_rand hash/maphash.runtime_rand crypto/internal/fips140/drbg.simulatedRand
	os/signal.signal_disable os/signal.signal_enable os/signal.signal_ignore os/signal.signal_ignored os/signal.wait os/signal.signalWaitUntilIdle
	reflect.refuse crypto/rand.fatal crypto/internal/fips140.getIndicator crypto/internal/fips140.setIndicator crypto/fips140.isBypassed crypto/internal/boring/sig.StandardCrypto weak.runtime_registerWeakPointer weak.runtime_makeStrongFromWeak
	testing.event testing.callers testing.refuse testing.addWord internal/testenv.refuse syscall.refuse
	time.syncTimer iter.startcoro iter.coroswitch iter.coroexit
	internal/synctest.bubble internal/synctest.enter internal/synctest.leave internal/synctest.fire internal/synctest.idle internal/synctest.next
	internal/synctest.total internal/synctest.wait internal/synctest.associate internal/synctest.disassociate
`)

// nativeBodiless are packages whose functions without a Go body are natives.
var nativeBodiless = words(`sync internal/sync sync/atomic internal/runtime/atomic time math gpusched/work gpusched/work/internal/runtime`)

// constantFalse are functions whose result is known to be false, so that branches on it fall away; in a program that makes synctest bubbles there are none.
var constantFalse = words(`time.runtimeIsBubbled internal/synctest.IsInBubble internal/synctest.IsAssociated`)

// unbubbled are functions that do nothing, or whose result is zero, in a program that makes no synctest bubbles.
var unbubbled = words(`internal/synctest.Disassociate time.syncTimer`)

// pushed are functions that package runtime gives to tests under names of theirs, by go:linkname, and our function of package runtime that stands for each.
var pushed = map[string]string{
	"sync_test.runtime_blockUntilEmptyCleanupQueue": "simulatedBlockUntilEmpty",
	"unique.runtime_blockUntilEmptyCleanupQueue":    "simulatedBlockUntilEmpty",
}

// bubbles lets functions know synctest bubbles.
func bubbles() {
	clear(constantFalse)
	for name := range unbubbled {
		delete(nothing, name)
		delete(natives, name)
	}
}

// nothing are functions without results whose calls are dropped.
var nothing = words(`
	sync.runtime_notifyListCheck internal/synctest.Disassociate runtime.KeepAlive internal/abi.EscapeNonString
	internal/race.Acquire internal/race.Release internal/race.ReleaseMerge internal/race.Disable internal/race.Enable
	internal/race.Read internal/race.ReadPC internal/race.ReadObjectPC internal/race.Write internal/race.WritePC internal/race.WriteObjectPC
	internal/race.ReadRange internal/race.WriteRange
`)

// cut are packages that the model has nothing for: what is reached of them is refused, with what to write instead.
var cut = map[string]string{
	"reflect":          "write the types out; this function of package reflect is not simulated",
	"os":               "use work.IO or work.Syscall for the time that files take",
	"os/exec":          "processes are not simulated",
	"net":              "use work.IO for the time that the network takes",
	"syscall":          "use work.Syscall",
	"internal/poll":    "use work.IO",
	"internal/syscall": "use work.Syscall",
	"runtime":          "this function of package runtime is not simulated",
	"testing/quick":    "write the arguments out; testing/quick is not simulated",
	"plugin":           "plugins are not simulated",
	"runtime/debug":    "this function of package runtime/debug is not simulated",
	"runtime/pprof":    "profiles are not simulated",
	"runtime/trace":    "tracing is not simulated",
	"runtime/metrics":  "read the results file instead",
}

// stdInits are the init functions of the standard library that are kept, each with the function or global whose reach asks for it.
var stdInits = map[string]string{
	"context.init#1":   "context.closedchan",
	"sync.init#1":      "(*sync.Pool).Get",
	"flag.init#1":      "flag.CommandLine",
	"os/signal.init#1": "os/signal.watchSignalLoop",
}

func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// origin is the generic function that fn instantiates, or fn itself.
func origin(fn *ssa.Function) *ssa.Function {
	if o := fn.Origin(); o != nil {
		return o
	}
	return fn
}

// packageOf is the import path of the package that declares fn, also for instances, wrappers and closures; "" for none.
func packageOf(fn *ssa.Function) string {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	fn = origin(fn)
	if fn.Pkg != nil {
		return fn.Pkg.Pkg.Path()
	}
	if object := fn.Object(); object != nil && object.Pkg() != nil {
		return object.Pkg().Path()
	}
	return ""
}

// isNative says whether the model makes fn itself.
func isNative(fn *ssa.Function) bool {
	name, path := origin(fn).String(), packageOf(fn)
	if natives[name] || constantFalse[name] || nothing[name] {
		return true
	}
	if fn.Synthetic != "" && !strings.HasPrefix(fn.Synthetic, "instance") {
		return false
	}
	return nativeBodiless[path] && len(fn.Blocks) == 0
}
