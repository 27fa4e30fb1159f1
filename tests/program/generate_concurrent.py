"""Random concurrent Go programs whose output does not depend on the schedule: pipelines, fan-out, merging selects, locks, timers."""

from random import Random

from tests.program.generate import Writer

ELEMENTS = {
    "int": ("{e}", "{v}"),
    "pair": ("pair{{int32({e}), {i}}}", "(int({v}.x) ^ int({v}.y))"),
    "string": ("fmt_int({e})", "len({v}) + int({v}[0])"),
    "[]int": ("[]int{{int({i}), {e}}}", "({v}[0]*3 + {v}[1])"),
    "func() int": ("func() int {{ return {e} + int({i}) }}", "{v}()"),
    "any": ("any({e})", "{v}.(int)"),
    "*pair": ("&pair{{int32({i}), 7}}", "int({v}.x * {v}.y)"),
    "[2]uint8": ("[2]uint8{{uint8({e}), uint8({i})}}", "int({v}[0]) - int({v}[1])"),
    "shape": ("shape(square({i}))", "{v}.area()"),
    "chan int": ("func() chan int {{ c := make(chan int, 1); c <- {e}; return c }}()", "<-{v}"),
}

HEAD = """package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

type pair struct{ x, y int32 }

type shape interface{ area() int }

type square int

func (s square) area() int { return int(s) * int(s) }

func k[T any](x T) T { return x }

func pick[T any](c bool, x, y T) T {
	if c {
		return x
	}
	return y
}

func fmt_int(n int) string {
	s := "x"
	for n != 0 {
		s += "ab"[uint(n)%2 : uint(n)%2+1]
		n /= 7
	}
	return s
}

"""


class Parts:
    """Writes functions that each return a number which no schedule changes."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.writer = Writer(seed + 1)

    def expr(self, *names: str) -> str:
        """An int expression over the given ints."""
        return self.writer.int_expr("int", {"int": list(names)}, 2)

    def capacity(self) -> str:
        """A buffer's size."""
        return self.random.choice(["", ", 1", ", 3", ", 64"])

    def pipeline(self) -> str:
        """Stages that pass on values of some type."""
        r = self.random
        element = r.choice(list(ELEMENTS))
        made, read = ELEMENTS[element]
        count, stages = r.randint(1, 20), r.randint(1, 4)
        return f"""	total := 0
	first := make(chan {element}{self.capacity()})
	go func() {{
		defer close(first)
		for i := int32(0); i < {count}; i++ {{
			e := {self.expr("int(i)")}
			_ = e
			first <- {made.format(e="e", i="i")}
		}}
	}}()
	in := first
	for range {stages} {{
		out := make(chan {element}{self.capacity()})
		go func(in, out chan {element}) {{
			for x := range in {{
				out <- x
			}}
			close(out)
		}}(in, out)
		in = out
	}}
	for x := range in {{
		total = total*31 + {read.format(v="x")}
	}}
	_, ok := <-in
	return pick(ok, 0, total)
"""

    def locks(self) -> str:
        """Goroutines that add to shared counters under locks."""
        r = self.random
        workers, turns = r.randint(1, 8), r.randint(1, 30)
        pause = r.choice(["", "time.Sleep(time.Duration(w) * time.Microsecond)", "if i%7 == w { time.Sleep(3) }"])
        return f"""	var mu sync.Mutex
	var rw sync.RWMutex
	var wg sync.WaitGroup
	var n atomic.Int64
	var once sync.Once
	total, seen := 0, 0
	for w := range {workers} {{
		wg.Go(func() {{
			for i := range {turns} {{
				{pause}
				mu.Lock()
				total += {self.expr("i", "w")}
				mu.Unlock()
				rw.RLock()
				_ = seen
				rw.RUnlock()
				once.Do(func() {{ rw.Lock(); seen++; rw.Unlock() }})
				n.Add(int64(i ^ w))
			}}
		}})
	}}
	wg.Wait()
	return total + seen + int(n.Load())
"""

    def merge(self) -> str:
        """A select over several senders, with a timer that does not fire."""
        r = self.random
        count = r.randint(1, 15)
        element = r.choice(["int", "pair", "string", "[2]uint8"])
        made, read = ELEMENTS[element]
        return f"""	a, b, done := make(chan int), make(chan {element}), make(chan struct{{}})
	acks := make(chan int{self.capacity()})
	go func() {{
		for i := range {count} {{
			_ = i
			a <- {self.expr("i")}
		}}
		done <- struct{{}}{{}}
	}}()
	go func() {{
		for i := range int32({count}) {{
			e := int(i) * 3
			_ = e
			b <- {made.format(e="e", i="i")}
		}}
		done <- struct{{}}{{}}
	}}()
	go func() {{
		for range acks {{
		}}
		close(done)
	}}()
	total, left := 0, 2
	for left > 0 {{
		select {{
		case x := <-a:
			total += x
		case x, ok := <-b:
			total ^= pick(ok, {read.format(v="x")}, 1) & 0
			total += {read.format(v="x")}
		case <-done:
			left--
		case acks <- 1:
		case <-time.After(time.Hour):
			return -1
		}}
	}}
	close(acks)
	_, open := <-done
	return pick(open, 0, total)
"""

    def recovered(self) -> str:
        """Goroutines that panic and recover, and deferred calls in order."""
        r = self.random
        return f"""	results := make([]int, {r.randint(1, 6)})
	var wg sync.WaitGroup
	for i := range results {{
		wg.Add(1)
		go func() {{
			defer wg.Done()
			defer func() {{
				if x := recover(); x != nil {{
					results[i] += {self.expr("i")}
				}}
			}}()
			defer func(n int) {{ results[i] = results[i]*3 + n }}(i)
			if i%{r.randint(1, 3)} == 0 {{
				panic(i)
			}}
			var none []int
			results[i] = none[i]
		}}()
	}}
	wg.Wait()
	total := 0
	for i, x := range results {{
		total = total*7 + x ^ i
	}}
	return total
"""

    def conditions(self) -> str:
        """A queue on a condition variable."""
        r = self.random
        return f"""	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	var queue []int
	total, want := 0, {r.randint(1, 20)}
	finished := make(chan int)
	for range 3 {{
		go func() {{
			sum := 0
			mu.Lock()
			for {{
				for len(queue) == 0 {{
					cond.Wait()
				}}
				x := queue[0]
				queue = queue[1:]
				if x < 0 {{
					break
				}}
				sum += {self.expr("x")}
			}}
			mu.Unlock()
			finished <- sum
		}}()
	}}
	for i := range want + 3 {{
		mu.Lock()
		queue = append(queue, pick(i < want, i, -1))
		mu.Unlock()
		cond.{r.choice(["Signal", "Broadcast"])}()
	}}
	for range 3 {{
		total += <-finished
	}}
	return total
"""

    def program(self, count: int) -> str:
        """A whole program."""
        kinds = [self.pipeline, self.pipeline, self.locks, self.merge, self.recovered, self.conditions]
        bodies = [self.random.choice(kinds)() for _ in range(count)]
        functions = "".join(f"func f{i}() int {{\n{body}}}\n\n" for i, body in enumerate(bodies))
        calls = "".join(f"\tfmt.Println({i}, f{i}())\n" for i in range(count))
        used = "var _ atomic.Int64\nvar _ sync.Mutex\nvar _ time.Duration\n\n"
        return HEAD + used + functions + "func main() {\n" + calls + "}\n"


def program(seed: int, functions: int = 12) -> str:
    """The source of a random program."""
    return Parts(seed).program(functions)
