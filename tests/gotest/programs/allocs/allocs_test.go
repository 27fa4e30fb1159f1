// Package allocs counts what the compiler leaves on the heap: on the real toolchain these tests pass, too.
package allocs

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

type pair struct {
	a, b int
	next *pair
}

type shape interface{ area() int }

type square struct{ side int }

func (s square) area() int { return s.side * s.side }

type held struct{ p *pair }

func (h held) area() int { return h.p.a }

var (
	sink     any
	pointer  *pair
	function func() int
	numbers  []int
	channel  chan *pair
	shapes   shape
	integer  = 1000
	small    = 200
	text     = "text"
	none     string
	key      struct{}
)

// inlined allocates where its result is kept, and nothing where it is not.
func inlined(n int) *pair { return &pair{a: n} }

//go:noinline
func apart(n int) *pair { return &pair{a: n} }

//go:noinline
func takes(f func(int) int) int { return f(1) }

func adder(n int) func() int { return func() int { return n } }

func boxes(args ...any) { sink = args[0] }

func reads(args ...any) int { return len(args) }

func generic[T any](x T) *T { return &x }

func several() (int, *pair) {
	local := pair{a: 1}
	return local.a, &local
}

type example struct {
	name string
	want float64
	f    func()
}

var cases = []example{
	{"nothing", 0, func() {}},
	{"new that stays", 0, func() { p := new(pair); p.a++ }},
	{"new that escapes", 1, func() { pointer = new(pair) }},
	{"literal that stays", 0, func() { p := &pair{a: 1}; integer = p.a + 999 }},
	{"literals that escape", 2, func() { pointer = &pair{next: &pair{a: 2}} }},
	{"inlined and kept", 1, func() { pointer = inlined(3) }},
	{"inlined and not kept", 0, func() { integer = inlined(1000).a }},
	{"not inlined", 1, func() { integer = apart(1000).a }},
	{"a variable that moves", 1, func() { _, pointer = several() }},
	{"a variable that does not", 0, func() { n, _ := several(); integer = n + 999 }},
	{"a closure that stays", 0, func() { n := integer; takes(func(x int) int { return x + n }) }},
	{"a closure that escapes", 1, func() { n := integer; function = func() int { return n } }},
	{"a closure of a variable", 2, func() { n := 0; function = func() int { n++; return n } }},
	{"an inlined closure", 1, func() { function = adder(integer) }},
	{"a closure without variables", 0, func() { function = func() int { return 1 } }},
	{"a method value", 1, func() { s := square{integer}; function = s.area }},
	{"a small integer", 0, func() { sink = small }},
	{"a large integer", 1, func() { sink = integer }},
	{"a constant", 0, func() { sink = 100000 }},
	{"a text", 1, func() { sink = text }},
	{"an empty text", 0, func() { sink = none }},
	{"a nil slice", 0, func() { var s []int; sink = s }},
	{"a slice", 2, func() { numbers = make([]int, 2); sink = numbers }},
	{"a struct", 1, func() { sink = pair{a: integer} }},
	{"no bytes", 0, func() { sink = key }},
	{"a pointer", 0, func() { sink = pointer }},
	{"a struct that is a pointer", 0, func() { shapes = held{pointer} }},
	{"a struct with methods", 1, func() { shapes = square{integer} }},
	{"a bool", 0, func() { sink = integer > 3 }},
	{"a float", 1, func() { sink = float64(integer) }},
	{"arguments that stay", 0, func() { reads(integer, text) }},
	{"arguments that escape", 1, func() { boxes(integer) }},
	{"a slice that stays", 0, func() { s := make([]int, 4); s[0] = integer; integer = s[0] }},
	{"a slice that escapes", 1, func() { numbers = make([]int, 4) }},
	{"a slice of some length", 1, func() { numbers = make([]int, integer) }},
	{"a slice literal", 1, func() { numbers = []int{1, 2, integer} }},
	{"an array", 0, func() { var a [8]int; a[integer&7]++; integer += a[0] - a[0] }},
	{"a channel", 1, func() { c := make(chan int, 1); c <- 1; <-c }},
	{"a channel of pointers", 2, func() { channel = make(chan *pair, 3) }},
	{"an unbuffered one", 1, func() { channel = make(chan *pair) }},
	{"an error", 1, func() { sink = errors.New("no") }},
	{"a generic function", 1, func() { sink = generic(integer) }},
	{"a generic function that is inlined", 0, func() { integer = *generic(integer) }},
	{"deferred", 1, func() { var mu sync.Mutex; mu.Lock(); defer mu.Unlock() }},
	{"an atomic pointer", 2, func() { var p atomic.Pointer[pair]; p.Store(&pair{}); pointer = p.Load() }},
	{"a loop", 5, func() {
		for i := range 5 {
			pointer = &pair{a: i}
		}
	}},
	{"a branch not taken", 0, func() {
		if integer < 0 {
			pointer = &pair{}
		}
	}},
	{"a panic", 0, func() {
		defer func() { recover() }()
		panic("constant")
	}},
	{"a timer", 3, func() { time.NewTimer(time.Hour).Stop() }},
	{"a function of a timer", 2, func() { n := integer; time.AfterFunc(time.Hour, func() { integer = n }).Stop() }},
	{"background", 0, func() { sink = context.Background() }},
	{"cancel", 2, func() { c, cancel := context.WithCancel(context.Background()); cancel(); <-c.Done() }},
	{"value", 1, func() { sink = context.WithValue(context.Background(), key, nil) }},
	{"timeout", 4, func() { c, cancel := context.WithTimeout(context.Background(), time.Hour); cancel(); <-c.Done() }},
	{"once", 1, func() { f := sync.OnceFunc(func() { integer = 1000 }); f() }},
	{"once value", 2, func() { function = sync.OnceValue(func() int { return integer }) }},
	{"a goroutine", 2, func() {
		done := make(chan bool)
		go func() { done <- true }()
		<-done
	}},
	{"a select", 1, func() {
		c := make(chan int, 1)
		select {
		case c <- 1:
		default:
		}
	}},
}

func TestCounts(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if n := testing.AllocsPerRun(10, c.f); n != c.want {
				t.Errorf("%v, not %v", n, c.want)
			}
		})
	}
}
