package outcomes

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func init() { fmt.Println("printed before any test or example") }

func TestPass(t *testing.T) {
	if Double(2) != 4 {
		t.Error("two and two")
	}
	t.Log("passed", 1, true)
}

func TestRunsTests(t *testing.T) {
	every := func(pattern, name string) (bool, error) { return true, nil }
	passes := testing.InternalTest{Name: "Inside", F: func(t *testing.T) {}}
	if !testing.RunTests(every, []testing.InternalTest{passes}) {
		t.Error("a test that passes failed")
	}
}

func TestErrorGoesOn(t *testing.T) {
	t.Errorf("first %d of %s", 1, "two")
	t.Error("second", 2)
	t.Log("failed:", t.Failed())
}

func TestFatalEnds(t *testing.T) {
	defer t.Log("deferred")
	t.Fatalf("%v at %5.2f", errors.New("broken"), 1.5)
	t.Log("never said")
}

func TestSkip(t *testing.T) {
	t.Skip("not today")
}

func TestSkipAfterError(t *testing.T) {
	t.Error("wrong")
	t.SkipNow()
}

func TestSubtests(t *testing.T) {
	for _, name := range []string{"one", "two words", "one", ""} {
		ok := t.Run(name, func(t *testing.T) {
			t.Log("in", t.Name())
			if name == "two words" {
				t.Fatal("fails")
			}
		})
		t.Log(name, ok)
	}
	t.Run("outer", func(t *testing.T) {
		t.Run("inner", func(t *testing.T) { t.Skip("inside") })
	})
}

func TestCleanupOrder(t *testing.T) {
	t.Cleanup(func() { t.Log("first registered, last run") })
	t.Run("sub", func(t *testing.T) {
		t.Cleanup(func() { t.Log("sub's own") })
		t.Cleanup(func() {
			t.Log("nested")
			t.Cleanup(func() { t.Log("registered by a cleanup") })
		})
		defer t.Log("deferred")
	})
	t.Cleanup(func() { t.Log("second registered, first run") })
	defer t.Log("deferred")
}

func TestCleanupFails(t *testing.T) {
	t.Cleanup(func() { t.Error("too late") })
}

func TestParallelSubtests(t *testing.T) {
	var mu sync.Mutex
	done := 0
	t.Run("group", func(t *testing.T) {
		for i := range 5 {
			t.Run(string([]byte{byte('a' + i)}), func(t *testing.T) {
				t.Parallel()
				time.Sleep(time.Duration(5-i) * time.Millisecond)
				mu.Lock()
				done++
				mu.Unlock()
				if i == 3 {
					t.Error("the fourth")
				}
			})
		}
		if done != 0 {
			t.Error("parallel subtests ran before the function ended")
		}
	})
	t.Log("done", done)
}

func TestParallel(t *testing.T) {
	t.Parallel()
	t.Log("parallel alone")
}

func TestFatalInGoroutine(t *testing.T) {
	done := make(chan bool)
	go func() {
		defer close(done)
		t.Fatal("ends its goroutine only")
	}()
	<-done
	t.Log("went on")
}

func TestGoexit(t *testing.T) {
	runtime.Goexit()
}

func TestFailNowOfParent(t *testing.T) {
	t.Run("sub", func(*testing.T) { t.FailNow() })
	t.Log("never said")
}

func TestPanics(t *testing.T) {
	t.Cleanup(func() { t.Log("cleaned up") })
	var list []int
	_ = list[Double(1)]
}

func TestPanicsInSubtest(t *testing.T) {
	t.Run("sub", func(t *testing.T) { panic("out") })
}

func TestPanicsInGoroutine(t *testing.T) {
	go panic("elsewhere")
	time.Sleep(time.Second)
}

func TestDeadlock(t *testing.T) {
	<-make(chan int)
}

func TestContext(t *testing.T) {
	ctx := t.Context()
	t.Cleanup(func() { t.Log(ctx.Err()) })
	t.Log(ctx.Err())
}

func TestDeadline(t *testing.T) {
	t.Deadline()
	t.Skip("as go test has one of ten minutes")
}

func helper(t *testing.T) {
	t.Helper()
	t.Error("said by a helper")
}

func TestHelper(t *testing.T) {
	helper(t)
}

func TestRunTwice(t *testing.T) {
	t.Parallel()
	defer func() { t.Log("recovered", recover()) }()
	t.Parallel()
}

func check(t testing.TB, ok bool) {
	t.Helper()
	if !ok {
		t.Error("not ok")
	}
}

func checkTwice(t testing.TB, ok bool) {
	t.Helper()
	check(t, ok)
	check(t, true)
}

func plainCheck(t *testing.T, ok bool) {
	check(t, ok)
}

func TestHelpers(t *testing.T) {
	check(t, false)
	checkTwice(t, false)
	plainCheck(t, false)
	t.Run("sub", func(t *testing.T) {
		for range 3 {
			checkTwice(t, false)
		}
		func() {
			defer func() {
				t.Log("recovered", recover())
			}()
			panic("within")
		}()
	})
}

func ExampleDouble() {
	fmt.Println(Double(4))
	fmt.Fprintln(os.Stderr, "not shown")
	// Output: 8
}

func ExampleDouble_callers() {
	pcs := make([]uintptr, 20)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for {
		frame, more := frames.Next()
		fmt.Println(frame.Function[strings.LastIndex(frame.Function, "/")+1:])
		if !more {
			break
		}
	}
	// Output:
	// outcomes.ExampleDouble_callers
	// testing.runExample
	// testing.runExamples
	// testing.(*M).Run
	// main.main
	// runtime.main
	// runtime.goexit
}

func ExampleDouble_wrong() {
	fmt.Println(Double(4))
	// Output: 9
}

func ExampleDouble_unordered() {
	for i := range 3 {
		fmt.Println(2 - i)
	}
	// Unordered output:
	// 0
	// 1
	// 2
}

func ExampleDouble_silent() {
	// Output:
}

func ExampleDouble_notRun() {
	fmt.Println("not run")
}
