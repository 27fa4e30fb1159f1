// What is added besides to a program whose CPU profile is wanted: it is taken from main.main's begin to its end. The file's name comes
// behind the recorder's, so that the recorder has set its hooks.

package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

const gpuschedRate = 1000 // samples a second of processor time; the kernel may give fewer

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
		runtime.SetCPUProfileRate(gpuschedRate)
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
