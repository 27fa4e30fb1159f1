"""Where lowered Go ends: natives, pruned branches, initialisers, refusals (the standard library of Go 1.27)."""

import pytest

pytestmark = pytest.mark.go

LOCKS = """package main

import "sync"

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var rw sync.RWMutex
	var once sync.Once
	cond := sync.NewCond(&mu)
	wg.Go(func() { mu.Lock(); cond.Wait(); mu.Unlock() })
	once.Do(func() { cond.Signal() })
	rw.RLock()
	rw.RUnlock()
	rw.Lock()
	rw.Unlock()
	cond.Broadcast()
	wg.Wait()
}
"""
TIMERS = """package main

import (
	"context"
	"time"
)

func main() {
	start := time.Now()
	time.Sleep(time.Millisecond)
	time.AfterFunc(time.Second, func() { println("fired") })
	k := time.NewTicker(time.Second)
	k.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	<-ctx.Done()
	println(time.Since(start), ctx.Err())
}
"""
REFUSED = """package main

import (
	"os"
	"reflect"
	"sync"
	"unsafe"
)

func kind(x any) string { return reflect.ValueOf(x).Method(0).String() }

func main() {
	os.Open("x")
	println(kind(1))
	xs := []int{2, 1}
	p := (*uint)(unsafe.Pointer(&xs[0]))
	var once sync.Once
	once.Do(loadTime)
	println(*p, len(os.Args), os.Stderr != nil)
}

func loadTime() { missing() }

func missing()
"""


def test_mutex_is_go_s_own(compile_text):
    doc = compile_text(LOCKS)
    mutex = {name: f for name, f in doc.funcs.items() if "internal/sync.Mutex)" in name and f["body"]}
    assert {name.split(".")[-1] for name in mutex} >= {"Lock", "Unlock", "lockSlow", "unlockSlow"}
    called = set().union(*(doc.callees(f) for f in mutex.values()))
    assert called >= {
        "sync/atomic.CompareAndSwapInt32",
        "sync/atomic.AddInt32",
        "internal/sync.runtime_SemacquireMutex",
        "internal/sync.runtime_Semrelease",
        "internal/sync.runtime_canSpin",
        "internal/sync.runtime_doSpin",
        "internal/sync.runtime_nanotime",
    }
    assert all(doc.funcs[name]["native"] for name in called if "runtime_" in name)


def test_race_and_bubbles_are_pruned(compile_text):
    doc = compile_text(LOCKS)
    assert not [name for name in doc.funcs if name.startswith(("internal/race.", "internal/synctest."))]
    assert doc.data["refused"] == []
    assert doc.data["init"] == []


def test_natives_of_sync(compile_text):
    natives = {f["name"] for f in compile_text(LOCKS).data["funcs"] if f["native"]}
    assert natives >= {
        "sync.runtime_notifyListAdd",
        "sync.runtime_notifyListWait",
        "sync.runtime_notifyListNotifyOne",
        "sync.runtime_notifyListNotifyAll",
        "sync.runtime_SemacquireWaitGroup",
        "sync.runtime_SemacquireRWMutex",
        "sync.runtime_SemacquireRWMutexR",
    }


def test_time_and_context_lower_with_a_small_init(compile_text):
    doc = compile_text(TIMERS)
    assert [r for r in doc.data["refused"] if not r["dynamic"]] == []
    natives = {f["name"] for f in doc.data["funcs"] if f["native"]}
    assert natives >= {"time.Sleep", "time.newTimer", "time.stopTimer", "time.sendTime", "time.goFunc", "time.runtimeNow"}
    inits = [doc.data["funcs"][i] for i in doc.data["init"]]
    assert [f["name"] for f in inits] == ["time.init", "context.init"]
    assert "context.init#1" in doc.callees(inits[1])
    assert sum(len(b["instrs"]) for f in inits for b in f["blocks"]) < 30
    assert doc.func("main$1")["body"]


def test_refusals_name_the_place_in_user_code(compile_text):
    doc = compile_text(REFUSED)
    refused = {r["what"]: r for r in doc.data["refused"]}
    line = next(number for number, text in enumerate(REFUSED.splitlines(), 1) if "os.Open" in text)
    opened = refused["os.Open can not be simulated"]
    assert opened["pos"] == f"main.go:{line}:9"
    assert opened["path"] == ["example/prog.main", "os.Open"]
    assert "work.IO" in opened["instead"]
    assert not opened["dynamic"]
    reflected = refused["(reflect.Value).Method can not be simulated"]
    assert reflected["path"] == ["example/prog.main", "example/prog.kind", "(reflect.Value).Method"]
    assert refused["unsafe.Pointer turned into *uint"]["func"] is None
    assert not {"os.Stderr can not be simulated", "os.Args can not be simulated"} & set(refused)
    assert not refused["example/prog.missing has no Go body"]["dynamic"]


def test_linknames_are_resolved(compile_text):
    text = 'package main\n\nimport _ "unsafe"\n\n//go:linkname nano runtime.nanotime\nfunc nano() int64\n\nfunc main() { println(nano()) }\n'
    doc = compile_text(text)
    assert doc.func("nano")["linkname"] == "runtime.nanotime"
    assert [r["what"] for r in doc.data["refused"]] == ["example/prog.nano has no Go body"]


DEEP = """package main

import (
	"fmt"
	"iter"
)

type point struct{ X, Y int }

func main() {
	fmt.Println("host", 1, 2.5)
	fmt.Println("model", point{1, 2}, map[string]int{"a": 1})
	next, stop := iter.Pull(func(yield func(int) bool) { yield(1) })
	defer stop()
	fmt.Println(next())
}
"""


def test_values_with_an_inside_are_printed_by_fmt_s_own_source(compile_text):
    doc = compile_text(DEEP)
    called = doc.callees(doc.func("main"))
    assert {"fmt.Println", "fmt.simulatedPrintln"} <= called
    assert doc.funcs["(*fmt.pp).printValue"]["body"]
    assert doc.funcs["(reflect.Value).Field"]["pos"].startswith("reflect/value.go:")
    pulled = [r for r in doc.data["refused"] if r["path"][1].startswith("iter.Pull")]
    assert not pulled
