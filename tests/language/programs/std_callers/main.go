// runtime.Caller, Callers, CallersFrames and FuncForPC: functions, files and lines, also through panics, goroutines and what is inlined; log with file and line.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
)

func here(skip int) string {
	pc, file, line, ok := runtime.Caller(skip)
	return fmt.Sprint(runtime.FuncForPC(pc).Name(), " ", filepath.Base(file), ":", line, " ", ok)
}

func inner() string { return here(2) }

func outer() string { return inner() }

type thing struct{}

func (*thing) where() string { return here(1) }

func (thing) copied() string { return here(1) }

func shown(skip int) {
	pcs := make([]uintptr, 20)
	n := runtime.Callers(skip, pcs)
	frames := runtime.CallersFrames(pcs[:n])
	for {
		frame, more := frames.Next()
		if frame.Function == "runtime.Callers" || frame.Function == "runtime.main" || frame.Function == "runtime.goexit" {
			fmt.Println(frame.Function)
		} else {
			fmt.Println(frame.Function, filepath.Base(frame.File), frame.Line, frame.Func.Name())
		}
		if !more {
			break
		}
	}
}

func deep(n int) {
	if n > 0 {
		deep(n - 1)
		return
	}
	shown(2)
}

type whereabouts interface{ where() string }

func generic[T any](T) string { return here(1) }

func main() {
	fmt.Println(here(0))
	fmt.Println(here(1))
	fmt.Println(outer())
	var t whereabouts = &thing{}
	fmt.Println(t.where(), thing{}.copied(), generic(1))
	shown(0)
	shown(1)
	deep(3)
	func() {
		defer func() {
			fmt.Println(recover())
			shown(1)
		}()
		panic("stop")
	}()
	done := make(chan bool)
	go func() {
		defer close(done)
		shown(0)
	}()
	<-done
	_, file, line, ok := runtime.Caller(50)
	fmt.Println(file, line, ok, runtime.Callers(50, make([]uintptr, 3)), runtime.Callers(0, nil))
	fmt.Println(runtime.CallersFrames(nil).Next())
	log.SetFlags(log.Lshortfile)
	log.SetOutput(os.Stdout)
	log.Println("told")
}
