// Package testing stands in place of Go's: the same functions with the same meaning in simulated time, one process for each test function.
//
// What tests say goes out as events (events.go), which the host puts into Go's words.
package testing

import (
	"context"
	"io"
	"runtime"
	"sync"
	"time"
)

// TB is what T, B and F have in common.
type TB interface {
	ArtifactDir() string
	Attr(key, value string)
	Cleanup(func())
	Error(args ...any)
	Errorf(format string, args ...any)
	Fail()
	FailNow()
	Failed() bool
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Helper()
	Log(args ...any)
	Logf(format string, args ...any)
	Name() string
	Setenv(key, value string)
	Chdir(dir string)
	Skip(args ...any)
	SkipNow()
	Skipf(format string, args ...any)
	Skipped() bool
	TempDir() string
	Context() context.Context
	Output() io.Writer

	private()
}

// common is the state of a test or benchmark.
type common struct {
	mu             sync.RWMutex
	name           string
	failed         bool
	skipped        bool
	finished       bool // the function returned, or ended by FailNow or SkipNow
	done           bool // it and all of its subtests ended
	hasSub         bool
	cleanupStarted bool
	cleanups       []func()
	level          int
	parent         *common
	names          []string     // of subtests so far
	helpers        [][depth]int // where Helper was called
	sub            []*T         // parallel subtests that wait for this test's function to end
	barrier        chan bool
	signal         chan bool
	ctx            context.Context
	cancel         context.CancelFunc
	isSynctest     bool // its function runs in a bubble of the test that it belongs to
}

func (c *common) private() {}

// Name is the test's full name.
func (c *common) Name() string { return c.name }

// Fail marks the test and those that it is part of as failed.
func (c *common) Fail() {
	if c.parent != nil {
		c.parent.Fail()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done {
		panic("Fail in goroutine after " + c.name + " has completed")
	}
	c.failed = true
}

// Failed says whether the test has failed.
func (c *common) Failed() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.failed
}

// FailNow fails the test and ends its goroutine.
func (c *common) FailNow() {
	c.Fail()
	c.finish()
}

// finish ends the goroutine, as intended.
func (c *common) finish() {
	c.mu.Lock()
	c.finished = true
	c.mu.Unlock()
	runtime.Goexit()
}

// Log says its arguments as fmt.Println would.
func (c *common) Log(args ...any) { c.say(spaced, "", args) }

// Logf says its arguments as fmt.Printf would.
func (c *common) Logf(format string, args ...any) { c.say(formatted, format, args) }

// Error is Log and Fail.
func (c *common) Error(args ...any) {
	c.say(spaced, "", args)
	c.Fail()
}

// Errorf is Logf and Fail.
func (c *common) Errorf(format string, args ...any) {
	c.say(formatted, format, args)
	c.Fail()
}

// Fatal is Log and FailNow.
func (c *common) Fatal(args ...any) {
	c.say(spaced, "", args)
	c.FailNow()
}

// Fatalf is Logf and FailNow.
func (c *common) Fatalf(format string, args ...any) {
	c.say(formatted, format, args)
	c.FailNow()
}

// Skip is Log and SkipNow.
func (c *common) Skip(args ...any) {
	c.say(spaced, "", args)
	c.SkipNow()
}

// Skipf is Logf and SkipNow.
func (c *common) Skipf(format string, args ...any) {
	c.say(formatted, format, args)
	c.SkipNow()
}

// SkipNow marks the test as skipped and ends its goroutine.
func (c *common) SkipNow() {
	c.mu.Lock()
	c.skipped = true
	c.mu.Unlock()
	c.finish()
}

// Skipped says whether the test was skipped.
func (c *common) Skipped() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.skipped
}

// Helper marks the caller as a function whose lines are not shown.
func (c *common) Helper() { c.helper() }

// Cleanup has f called when the test and its subtests have ended, the last one first.
func (c *common) Cleanup(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cleanups = append(c.cleanups, f)
}

// Context is canceled just before the functions of Cleanup run.
func (c *common) Context() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx == nil {
		c.ctx, c.cancel = context.WithCancel(context.Background())
		if c.cleanupStarted {
			c.cancel()
		}
	}
	return c.ctx
}

// Attr says a name and a value.
func (c *common) Attr(key, value string) { c.say(formatted, "%s=%s", []any{key, value}) }

// Output is a writer whose lines are the test's log.
func (c *common) Output() io.Writer { return writer{c} }

// writer logs what is written.
type writer struct{ c *common }

// Write logs p.
func (w writer) Write(p []byte) (int, error) {
	text := string(p)
	if n := len(text); n > 0 && text[n-1] == '\n' {
		text = text[:n-1]
	}
	w.c.say(formatted, "%s", []any{text})
	return len(p), nil
}

// Setenv is refused.
func (c *common) Setenv(key, value string) {
	refuse("not simulated: testing.T.Setenv, as there is no environment: set a variable of the package")
}

// Chdir is refused.
func (c *common) Chdir(dir string) { refuse("not simulated: testing.T.Chdir, as there are no files") }

// TempDir is refused.
func (c *common) TempDir() string {
	refuse("not simulated: testing.T.TempDir, as there are no files")
	return ""
}

// ArtifactDir is refused.
func (c *common) ArtifactDir() string {
	refuse("not simulated: testing.T.ArtifactDir, as there are no files")
	return ""
}

// T is a test.
type T struct {
	common
	isParallel bool
	state      *slots
}

// Deadline is when the test's process is stopped.
func (t *T) Deadline() (deadline time.Time, ok bool) {
	if t.isSynctest {
		panic("testing: t.Deadline called inside synctest bubble")
	}
	return started.Add(timeout), true
}

// timeout is how long a test may take, as go test's -timeout.
const timeout = 10 * time.Minute

// started is when the process began.
var started = time.Now()

// Short says whether long tests are to be cut short.
func Short() bool { return short }

var short bool

// Verbose says whether tests show what they log.
func Verbose() bool { return false }

// Testing says whether the program is a test.
func Testing() bool { return true }

// CoverMode is what kind of coverage is measured: none.
func CoverMode() string { return "" }

// Coverage is the share of covered code: none.
func Coverage() float64 { return 0 }

// Init does nothing: there are no flags.
func Init() {}
