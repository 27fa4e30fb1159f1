// Package profiler is what a program whose CPU profile is wanted imports instead of the recorder: it is taken from main.main's begin to its
// end.
package profiler

import (
	"os"
	"runtime"
	"runtime/pprof"
	_ "unsafe"

	_ "gpusched/work/recorder" // has set its hooks before these
)

//go:linkname gpuschedBegin runtime.gpuschedBegin
var gpuschedBegin func()

//go:linkname gpuschedFinish runtime.gpuschedFinish
var gpuschedFinish func()

const rate = 1000 // samples a second of processor time; the kernel may give fewer

func init() {
	path := os.Getenv("GPUSCHED_PROFILE_TO")
	if path == "" {
		return
	}
	file, err := os.Create(path)
	if err != nil {
		println("gpusched: the profile can not be written:", err.Error())
		os.Exit(1)
	}
	begin, finish := gpuschedBegin, gpuschedFinish
	gpuschedBegin = func() {
		if begin != nil {
			begin()
		}
		runtime.SetCPUProfileRate(rate)
		if err := pprof.StartCPUProfile(file); err != nil {
			println("gpusched: there is no CPU profile:", err.Error())
		}
	}
	gpuschedFinish = func() {
		if finish != nil {
			finish()
		}
		pprof.StopCPUProfile()
		file.Close()
	}
}
