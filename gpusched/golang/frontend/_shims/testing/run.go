package testing

import (
	"context"
	"runtime"
	"sync"
)

// slots limits how many parallel tests run at once, to GOMAXPROCS.
type slots struct {
	mu      sync.Mutex
	start   chan bool
	running int
	waiting int
	most    int
}

// take waits until one more may run.
func (s *slots) take() {
	s.mu.Lock()
	if s.running < s.most {
		s.running++
		s.mu.Unlock()
		return
	}
	s.waiting++
	s.mu.Unlock()
	<-s.start
}

// release lets another one run.
func (s *slots) release() {
	s.mu.Lock()
	if s.waiting == 0 {
		s.running--
		s.mu.Unlock()
		return
	}
	s.waiting--
	s.mu.Unlock()
	s.start <- true
}

// Parallel lets the test wait until the function of the test that started it has ended, and run beside other parallel ones then.
func (t *T) Parallel() {
	if t.isSynctest {
		panic("testing: t.Parallel called inside synctest bubble")
	}
	if t.isParallel {
		panic("testing: t.Parallel called multiple times")
	}
	t.isParallel = true
	t.parent.mu.Lock()
	t.parent.sub = append(t.parent.sub, t)
	t.parent.mu.Unlock()
	t.signal <- true
	<-t.parent.barrier
	t.state.take()
}

// Run runs f as a subtest in a goroutine of its own, and waits until it ends or calls Parallel.
func (t *T) Run(name string, f func(t *T)) bool {
	if t.isSynctest {
		panic("testing: t.Run called inside synctest bubble")
	}
	if t.cleanupStarted {
		panic("testing: t.Run called during t.Cleanup")
	}
	t.hasSub = true
	sub := &T{state: t.state}
	sub.common.begin(&t.common, name)
	if !wanted(sub.name) {
		return true
	}
	event(ran, sub.name, nil)
	go sub.run(f)
	if !<-sub.signal {
		runtime.Goexit()
	}
	return !sub.Failed()
}

// SynctestTest runs f in the bubble that testing/synctest.Test made, and says whether it succeeded.
func SynctestTest(t *T, f func(*T)) bool {
	if t.cleanupStarted {
		panic("testing: synctest.Run called during t.Cleanup")
	}
	inner := &T{state: t.state}
	inner.common = common{parent: &t.common, level: t.level + 1, name: t.name, isSynctest: true}
	inner.barrier, inner.signal = make(chan bool), make(chan bool, 1)
	inner.ctx, inner.cancel = context.WithCancel(context.Background())
	go inner.run(f)
	if !<-inner.signal {
		runtime.Goexit()
	}
	return !inner.Failed()
}

// begin sets up a test called name under parent.
func (c *common) begin(parent *common, name string) {
	c.parent, c.level = parent, parent.level+1
	c.barrier, c.signal = make(chan bool), make(chan bool, 1)
	c.name = name
	if parent.level > 0 {
		parent.mu.Lock()
		c.name = parent.name + "/" + unique(parent, rewritten(name))
		parent.mu.Unlock()
	}
}

// rewritten is a subtest's name as Go shows it: without spaces.
func rewritten(name string) string {
	text := []byte(name)
	for i, char := range text {
		if char == ' ' || char >= '\t' && char <= '\r' {
			text[i] = '_'
		}
	}
	return string(text)
}

// unique is the name, with a number if parent has a subtest called so already.
func unique(parent *common, name string) string {
	tried := name
	if name == "" {
		tried = "#00"
	}
	for number := 1; used(parent.names, tried); number++ {
		tried = name + "#" + string([]byte{byte('0' + number/10%10), byte('0' + number%10)})
	}
	parent.names = append(parent.names, tried)
	return tried
}

func used(names []string, name string) bool {
	for _, one := range names {
		if one == name {
			return true
		}
	}
	return false
}

// run is the goroutine of a test.
func (t *T) run(f func(t *T)) {
	defer t.end()
	defer func() {
		if len(t.sub) == 0 {
			t.cleanup()
		}
	}()
	f(t)
	t.mu.Lock()
	t.finished = true
	t.mu.Unlock()
}

// end is deferred by run: it runs the parallel subtests, says how the test ended, and lets the test that started it go on.
func (t *T) end() {
	failure := recover()
	signal := true
	t.mu.RLock()
	finished := t.finished
	t.mu.RUnlock()
	if !finished && failure == nil {
		failure = "test executed panic(nil) or runtime.Goexit"
		for parent := t.parent; parent != nil; parent = parent.parent {
			if parent.finished {
				t.Errorf("%v: subtest may have called FailNow on a parent test", failure)
				failure, signal = nil, false
				break
			}
		}
	}
	if failure != nil {
		t.broken(failure)
	}
	if len(t.sub) > 0 {
		t.state.release()
		close(t.barrier)
		for _, sub := range t.sub {
			<-sub.signal
		}
		t.cleanup()
		if !t.isParallel {
			t.state.take()
		}
	} else if t.isParallel {
		t.state.release()
	}
	t.report()
	t.mu.Lock()
	t.done = true
	t.mu.Unlock()
	t.signal <- signal
}

// broken ends the process after a panic in the test's goroutine.
func (t *T) broken(failure any) {
	t.Fail()
	for c := &t.common; c != nil && c.level > 0 && !c.isSynctest; c = c.parent {
		c.cleanup()
		event(ended, c.name, "FAIL")
	}
	panic(failure)
}

// cleanup runs what Cleanup was given, the last first.
func (c *common) cleanup() {
	c.mu.Lock()
	c.cleanupStarted = true
	cancel := c.cancel
	c.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	defer func() {
		if len(c.cleanups) > 0 {
			c.cleanup()
		}
	}()
	for {
		c.mu.Lock()
		last := len(c.cleanups) - 1
		if last < 0 {
			c.mu.Unlock()
			return
		}
		f := c.cleanups[last]
		c.cleanups = c.cleanups[:last]
		c.mu.Unlock()
		f()
	}
}

// report says how the test ended.
func (t *T) report() {
	switch {
	case t.isSynctest:
	case t.Failed():
		event(ended, t.name, "FAIL")
	case t.Skipped():
		event(ended, t.name, "SKIP")
	default:
		event(ended, t.name, "PASS")
	}
}
