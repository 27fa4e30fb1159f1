package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// natives are the functions, by ssa name of their origin, that the model makes itself though some have a Go body.
// Functions without a body in the packages of nativeBodiless are natives too.
var natives = words(`
	(*sync/atomic.Value).Load (*sync/atomic.Value).Store (*sync/atomic.Value).Swap (*sync/atomic.Value).CompareAndSwap
	internal/runtime/atomic.LoadAcquintptr internal/runtime/atomic.StoreReluintptr
	time.Sleep time.newTimer time.stopTimer time.resetTimer time.sendTime time.goFunc time.now time.runtimeNano time.runtimeNow
	runtime.Gosched runtime.Goexit runtime.GOMAXPROCS runtime.GC runtime.ReadMemStats runtime.AddCleanup runtime.SetFinalizer
	runtime.NumGoroutine runtime.NumCPU runtime.SetMutexProfileFraction runtime.SetBlockProfileRate
	runtime/debug.SetGCPercent runtime/debug.SetMaxThreads
	internal/reflectlite.TypeOf
	fmt.Print fmt.Println fmt.Printf fmt.Sprint fmt.Sprintln fmt.Sprintf fmt.Fprint fmt.Fprintln fmt.Fprintf fmt.Errorf
	fmt.Append fmt.Appendf fmt.Appendln
	os.Exit os.Getenv os.LookupEnv
	math.Sqrt math.sqrt math.Floor math.Ceil math.Trunc math.FMA math.Float64bits math.Float64frombits math.Float32bits math.Float32frombits
	internal/abi.NoEscape internal/abi.Escape
	math/rand.runtime_rand math/rand/v2.runtime_rand
	testing.event testing.refuse
`)

// nativePackages are packages all of whose reached functions are natives.
var nativePackages = words(`log internal/bytealg`)

// nativeBodiless are packages whose functions without a Go body are natives.
var nativeBodiless = words(`sync internal/sync sync/atomic internal/runtime/atomic time math gpusched/work gpusched/work/internal/runtime`)

// constantFalse are functions whose result is known to be false, so that branches on it fall away.
var constantFalse = words(`time.runtimeIsBubbled internal/synctest.IsInBubble internal/synctest.IsAssociated`)

// nothing are functions without results whose calls are dropped.
var nothing = words(`
	sync.runtime_notifyListCheck internal/synctest.Disassociate runtime.KeepAlive
	internal/race.Acquire internal/race.Release internal/race.ReleaseMerge internal/race.Disable internal/race.Enable
	internal/race.Read internal/race.ReadPC internal/race.ReadObjectPC internal/race.Write internal/race.WritePC internal/race.WriteObjectPC
	internal/race.ReadRange internal/race.WriteRange
`)

// cut are packages that the model has nothing for: what is reached of them is refused, with what to write instead.
var cut = map[string]string{
	"reflect":              "write the types out; reflect is not simulated",
	"os":                   "use work.IO or work.Syscall for the time that files take",
	"os/exec":              "processes are not simulated",
	"os/signal":            "signals are not simulated",
	"net":                  "use work.IO for the time that the network takes",
	"syscall":              "use work.Syscall",
	"internal/poll":        "use work.IO",
	"internal/syscall":     "use work.Syscall",
	"runtime":              "this function of package runtime is not simulated",
	"internal/reflectlite": "reflection is not simulated",
	"internal/godebug":     "GODEBUG settings are not simulated",
	"internal/synctest":    "synctest bubbles are not simulated",
	"testing/synctest":     "synctest bubbles are not simulated",
	"plugin":               "plugins are not simulated",
	"unique":               "package unique is not simulated",
	"hash/maphash":         "write the hash out; maphash is not simulated",
	"weak":                 "weak pointers are not simulated",
	"runtime/debug":        "this function of package runtime/debug is not simulated",
	"runtime/pprof":        "profiles are not simulated",
	"runtime/trace":        "tracing is not simulated",
	"runtime/metrics":      "read the results file instead",
	"crypto/rand":          "use work.Rand",
}

// stdInits are the init functions of the standard library that are kept, each with the function or global whose reach asks for it.
var stdInits = map[string]string{
	"context.init#1": "context.closedchan",
	"sync.init#1":    "(*sync.Pool).Get",
}

// shim bodies stand in place of functions of the standard library: package directory/file -> function -> body.
var shimBodies = map[string]map[string]string{
	"time/zoneinfo_unix.go": {"initLocal": `localLoc.name = "UTC"`},
	"math/rand/rand.go": {"globalRand": `if r := globalRandGenerator.Load(); r != nil {
		return r
	}
	globalRandGenerator.CompareAndSwap(nil, &Rand{src: &runtimeSource{}, s64: &runtimeSource{}})
	return globalRandGenerator.Load()`},
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
	return nativePackages[path] || nativeBodiless[path] && len(fn.Blocks) == 0
}

// shims puts our bodies into the overlay: Go's function is renamed, ours is appended, so that no other line moves.
func shims(overlay map[string][]byte) {
	for name, bodies := range shimBodies {
		path := filepath.Join(runtime.GOROOT(), "src", filepath.FromSlash(name))
		source, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, source, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		text := string(source)
		for _, declaration := range file.Decls {
			function, isFunction := declaration.(*ast.FuncDecl)
			if !isFunction || function.Recv != nil || bodies[function.Name.Name] == "" {
				continue
			}
			at := fset.Position(function.Name.Pos()).Offset
			signature := text[at:fset.Position(function.Body.Lbrace).Offset]
			text = text[:at] + "_" + text[at+len(function.Name.Name):] + "\nfunc " + signature + "{\n\t" + bodies[function.Name.Name] + "\n}\n"
			overlay[path] = []byte(text)
		}
	}
}
