package testing

import (
	"os"
	"runtime"
)

// InternalTest is a test function and its name.
type InternalTest struct {
	Name string
	F    func(*T)
}

// InternalBenchmark is a benchmark function and its name.
type InternalBenchmark struct {
	Name string
	F    func(b *B)
}

// M is what TestMain gets: the process's one test or benchmark.
type M struct {
	test      InternalTest
	benchmark InternalBenchmark
	example   InternalExample
	ran       bool
	code      int
}

// Chosen makes the M of a test process; the front end's main function calls it.
func Chosen(test InternalTest, benchmark InternalBenchmark, example InternalExample, isShort bool, turns int, tests, benchmarks [][]Pattern) *M {
	short, benchTurns, subtests = isShort, turns, tests
	if benchmark.F != nil {
		subtests = benchmarks
	}
	return &M{test: test, benchmark: benchmark, example: example}
}

// Run runs the test, and is the process's exit code.
func (m *M) Run() int {
	m.ran = true
	root := &common{barrier: make(chan bool), signal: make(chan bool, 1)}
	if m.example.F != nil {
		runExamples([]InternalExample{m.example})
	} else if m.benchmark.F != nil {
		runBenchmark(root, m.benchmark)
	} else {
		runTest(root, m.test)
	}
	m.code = 0
	if root.Failed() {
		m.code = 1
	}
	return m.code
}

// Finish runs what TestMain did not, and ends the process.
func (m *M) Finish() {
	if !m.ran {
		m.Run()
	}
	os.Exit(m.code)
}

// runExamples runs examples.
func runExamples(examples []InternalExample) {
	for _, example := range examples {
		runExample(example)
	}
}

// runExample runs an example; whether it printed what it should the host sees.
func runExample(example InternalExample) {
	event(ran, example.Name, nil)
	example.F()
	event(ended, example.Name, "PASS")
}

// RunTests runs tests one after the other, and says whether all of them succeeded.
func RunTests(matchString func(pat, str string) (bool, error), tests []InternalTest) (ok bool) {
	root := &common{barrier: make(chan bool), signal: make(chan bool, 1)}
	for _, test := range tests {
		runTest(root, test)
	}
	return !root.Failed()
}

// runTest runs a top-level test; a parallel one has nothing to wait for, as no other is in the process.
func runTest(root *common, test InternalTest) {
	state := &slots{start: make(chan bool), running: 1, most: runtime.GOMAXPROCS(0)}
	t := &T{state: state}
	t.begin(root, test.Name)
	event(ran, t.name, nil)
	go t.run(test.F)
	<-t.signal
	if t.isParallel {
		state.release()
		close(root.barrier)
		<-t.signal
	}
}
