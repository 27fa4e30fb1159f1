"""Random Go functions, drawn by Hypothesis, whose output is determined on one P.

Goroutines share nothing but channels, a WaitGroup, a mutex and ``trail``, which they append to: with GOMAXPROCS=1, no preemption and no Gosched (the global
queue is looked at by ticks, which the real runtime's own goroutines move on) the order of the notes is the order in which the scheduler ran them. Nothing is
printed while goroutines live, since a write is a system call.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.language import values

INTS = ("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64")
UNSIGNED = INTS[5:]
PRELUDE = """package main

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
)

type integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

type pair struct {
	x int32
	y int64
}

func (p *pair) swap(by int32) int64 {
	p.x, p.y = int32(p.y)+by, int64(p.x)
	return p.y
}

func (p pair) sum() int64 { return int64(p.x) + p.y }

var (
	trail []int64
	wg    sync.WaitGroup
	mu    sync.Mutex
)

// k hides a constant from the compiler.
func k[T integer](x T) T { return x }

func pick[T integer](c bool, x, y T) T {
	if c {
		return x
	}
	return y
}

func note[T integer](x T) { trail = append(trail, int64(x)) }

func show(number int) {
	fmt.Println("program", number, len(trail), runtime.NumGoroutine())
	for i := 0; i < len(trail); i += 4 {
		row := [4]int64{}
		copy(row[:], trail[i:])
		fmt.Println(row[0], row[1], row[2], row[3])
	}
	trail = nil
}

var _ = errors.New
"""

Scope = dict[str, list[str]]
"""Names of variables by type."""


class Writer:
    """Writes one function, statement by statement; every choice is one of Hypothesis's, the first of a list the simplest."""

    def __init__(self, draw: Callable[..., Any]) -> None:
        self.draw = draw
        self.names = 0

    def pick(self, *choices: Any) -> Any:
        """One of some values."""
        return choices[self.draw(st.integers(0, len(choices) - 1))]

    def below(self, n: int, least: int = 0) -> int:
        """A number from ``least`` up to n - 1."""
        return self.draw(st.integers(least, n - 1))

    def name(self, stem: str) -> str:
        """A name that the function does not have yet."""
        self.names += 1
        return f"{stem}{self.names}"

    def literal(self, kind: str) -> str:
        """A value that Go's compiler does not know, often an extreme one."""
        bits = int(kind.lstrip("uint") or 64)
        low, high = (0, (1 << bits) - 1) if kind in UNSIGNED else (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
        return f"k({kind}({self.pick(1, 0, 2, 3, 7, 100, low, high, high // 3, low // 5)}))"

    def expr(self, kind: str, scope: Scope, depth: int = 2) -> str:
        """An integer expression that does not panic."""
        known = scope.get(kind, [])
        if depth == 0 or self.below(5) == 0:
            return self.pick(*known) if known and self.below(4) else self.literal(kind)
        one, other = self.expr(kind, scope, depth - 1), self.expr(kind, scope, depth - 1)
        match self.below(7):
            case 0:
                return f"({one} {self.pick('+', '-', '*', '&', '|', '^', '&^')} {other})"
            case 1:
                return f"({one} {self.pick('/', '%')} ({other} | 1))"
            case 2:
                return f"({one} {self.pick('<<', '>>')} ({self.expr(self.pick(*UNSIGNED), scope, 0)} % {self.pick(3, 9, 40, 70)}))"
            case 3:
                return f"{self.pick('-', '^')}({one})"
            case 4:
                return f"{kind}({self.expr(self.pick(*INTS), scope, depth - 1)})"
            case 5:
                return f"pick({self.condition(scope)}, {one}, {other})"
            case _:
                return f"max({one}, min({other}, {self.literal(kind)}))"

    def condition(self, scope: Scope) -> str:
        """A comparison, or two of them."""
        kind = self.pick(*([kind for kind in INTS if scope.get(kind)] or INTS))
        one = f"{self.expr(kind, scope, 1)} {self.pick('<', '==', '!=', '>=')} {self.expr(kind, scope, 1)}"
        return f"({one}) {self.pick('&&', '||')} !({self.condition(scope)})" if self.below(5) == 4 else one

    def assignable(self, scope: Scope) -> tuple[str, str]:
        """Type and name of a variable that may be assigned to."""
        kind = self.pick(*[kind for kind in INTS if any(name[0] == "v" for name in scope.get(kind, []))])
        return kind, self.pick(*[name for name in scope[kind] if name[0] == "v"])

    def block(self, scope: Scope, depth: int, most: int = 4) -> list[str]:
        """Statements in a scope of their own."""
        inner = {kind: list(names) for kind, names in scope.items()}
        lines: list[str] = []
        for _ in range(self.below(most, 1) if most > 1 else 1):
            lines += self.statement(inner, depth)
        return lines

    def statement(self, scope: Scope, depth: int) -> list[str]:
        """One statement; declarations enter the scope."""
        simple = (self.declare, self.assign, self.swap, self.notes)
        if depth == 0:
            return self.pick(*simple)(scope)
        nested = (self.branch, self.loop, self.ranged, self.switch, self.closure, self.deferred, self.slices, self.structs)
        concurrent = (self.buffered, self.producer, self.workers, self.stages, self.selects, self.locked)
        wide = [lambda s, w=write: w(self, s, depth) for write in (values.maps, values.strings, values.floats, values.interfaces, values.panics)]
        return self.pick(*simple, *[lambda s, w=write: w(s, depth) for write in (*nested, *concurrent)], *wide)(scope)

    def declare(self, scope: Scope) -> list[str]:
        kind, name = self.pick(*INTS), self.name("v")
        line = f"{name} := {self.expr(kind, scope)}"
        scope.setdefault(kind, []).append(name)
        return [line, f"_ = {name}"]

    def assign(self, scope: Scope) -> list[str]:
        kind, name = self.assignable(scope)
        match self.below(3):
            case 0:
                return [f"{name} {self.pick('=', '+=', '-=', '*=', '^=', '|=', '&=', '&^=')} {self.expr(kind, scope)}"]
            case 1:
                return [f"{name}{self.pick('++', '--')}"]
            case _:
                return [f"{name} {self.pick('<<=', '>>=')} {self.expr('uint8', scope, 1)} % 11"]

    def swap(self, scope: Scope) -> list[str]:
        kind, name = self.assignable(scope)
        other = self.pick(*[v for v in scope[kind] if v[0] == "v"])
        return [f"{name}, {other} = {other}, {name}"] if other != name else [f"{name}++"]

    def notes(self, scope: Scope) -> list[str]:
        return [f"note({self.expr(self.pick(*INTS), scope)})"]

    def branch(self, scope: Scope, depth: int) -> list[str]:
        lines = [f"if {self.condition(scope)} {{", *self.block(scope, depth - 1)]
        if self.below(2):
            lines += ["} else {", *self.block(scope, depth - 1)]
        return [*lines, "}"]

    def loop(self, scope: Scope, depth: int) -> list[str]:
        i, label = self.name("i"), self.name("label")
        inner = scope | {"int": [*scope.get("int", []), i]}
        leave = self.pick("break", "continue", f"break {label}", f"continue {label}")
        head = [f"{label}:"] if label in leave else []
        body = [*self.block(inner, depth - 1, 3), f"if {self.condition(inner)} {{", leave, "}", *self.block(inner, 0, 2)]
        return [*head, f"for {i} := 0; {i} < {self.below(6, 1)}; {i}++ {{", *body, "}"]

    def ranged(self, scope: Scope, depth: int) -> list[str]:
        i = self.name("i")
        return [f"for {i} := range {self.below(5, 1)} {{", *self.block(scope | {"int": [*scope.get("int", []), i]}, depth - 1, 3), f"_ = {i}", "}"]

    def switch(self, scope: Scope, depth: int) -> list[str]:
        kind = self.pick(*INTS)
        lines = [f"switch x := {self.expr(kind, scope)}; x % 4 {{"]
        for value in (0, 1, 3):
            lines += [f"case {value}:", *self.block(scope, depth - 1, 2), *(["fallthrough"] if value != 3 and self.below(3) == 2 else [])]
        return [*lines, "default:", "note(x)", "}"]

    def closure(self, scope: Scope, depth: int) -> list[str]:
        kind, name, arg = self.pick(*INTS), self.name("f"), self.name("a")
        inner = scope | {kind: [*scope.get(kind, []), arg]}
        lines = [f"{name} := func({arg} {kind}) {kind} {{", *self.block(inner, depth - 1, 3), f"return {self.expr(kind, inner)}", "}"]
        if self.below(2):
            return [*lines, f"note({name}({self.expr(kind, scope, 1)}) ^ {name}({self.expr(kind, scope, 1)}))"]
        kept, i = self.name("fs"), self.name("i")
        lines += [f"var {kept} []func() {kind}", f"for {i} := range {self.below(4, 1)} {{"]
        lines += [f"{kept} = append({kept}, func() {kind} {{ {i} += 3; return {name}({kind}({i})) }})", "}"]
        return [*lines, f"for _, f := range {kept} {{", "note(f())", "note(f())", "}"]

    def deferred(self, scope: Scope, depth: int) -> list[str]:
        kind, name, i = self.pick(*INTS), self.name("r"), self.name("i")
        inner = scope | {kind: [*scope.get(kind, []), name]}
        lines = [f"note(func() ({name} {kind}) {{", "defer func() {", *self.block(inner, depth - 1, 2), f"{name} += {self.expr(kind, inner, 1)}", "}()"]
        lines += [f"for {i} := range {self.below(4, 1)} {{", f"defer note({kind}({i}) + {name})", f"{name}++", "}"]
        return [*lines, *self.block(inner, 0, 2), f"return {self.expr(kind, inner)}", "}())"]

    def slices(self, scope: Scope, depth: int) -> list[str]:
        kind, s, t, i = self.pick(*INTS), self.name("s"), self.name("t"), self.name("i")
        at = lambda name: f"{name}[uint({self.expr(self.pick(*INTS), scope, 1)}) % uint(len({name}))]"  # noqa: E731
        low, extra = self.below(3), self.below(3)
        lines = [f"{s} := make([]{kind}, {self.below(6, 3)}, {self.pick(6, 8, 12)})", f"{at(s)} = {self.expr(kind, scope)}"]
        lines += [f"{t} := {s}[{low}:{low + 1 + extra}{self.pick('', f':{low + 1 + extra}')}]" if low + 1 + extra <= 3 else f"{t} := {s}[{low}:]"]
        for _ in range(self.below(4, 1)):
            lines += self.pick(
                [f"{t} = append({t}, {self.expr(kind, scope)})"],
                [f"{at(t)} ^= {self.expr(kind, scope)}"],
                [f"{s} = append({s}, {t}...)"],
                [f"note(copy({s}, {t}))"],
                [f"{at(s)}, {at(t)} = {at(t)}, {at(s)}"],
            )
        inner = (
            scope | {kind: [*scope.get(kind, []), f"x{i}"], "int": [*scope.get("int", []), i]} if kind != "int" else scope | {"int": [*scope.get("int", []), i]}
        )
        lines += [f"for {i}, x{i} := range {s} {{", f"note(x{i})", *self.block(inner, depth - 1, 2), f"_ = {i}", "}"]
        return [*lines, f"note(len({s})*100 + len({t})*10 + cap({t}))"]

    def structs(self, scope: Scope, depth: int) -> list[str]:
        p, q = self.name("p"), self.name("q")
        lines = [f"{p} := pair{{{self.expr('int32', scope)}, {self.expr('int64', scope)}}}", f"{q} := {self.pick(f'&{p}', f'&pair{{x: {p}.x}}')}"]
        lines += [f"{q}.x += {self.expr('int32', scope)}", f"note({q}.swap({self.expr('int32', scope, 1)}))", f"f{q} := {q}.sum"]
        lines += [f"if *{q} == {p} {{", *self.block(scope, depth - 1, 2), "}", f"{p}.y++"]
        return [*lines, f"note({p}.sum())", f"note(f{q}())"]

    def buffered(self, scope: Scope, depth: int) -> list[str]:
        """A buffered channel filled, looked at, closed and drained by one goroutine."""
        kind, c, size = self.pick(*INTS), self.name("c"), self.below(5, 1)
        lines = [f"{c} := make(chan {kind}, {size})"]
        lines += [f"{c} <- {self.expr(kind, scope)}" for _ in range(self.below(size + 1))]
        lines += [f"note(len({c})*10 + cap({c}))", "select {", f"case {c} <- {self.expr(kind, scope)}:", *self.block(scope, depth - 1, 2), "default:"]
        lines += [*self.block(scope, 0, 2), "}", f"close({c})", f"for x := range {c} {{", "note(x)", "}"]
        return [*lines, f"if x, ok := <-{c}; !ok {{", "note(x)", "}"]

    def producer(self, scope: Scope, depth: int) -> list[str]:
        """A goroutine sends, this one receives."""
        kind, c, i = self.pick(*INTS), self.name("c"), self.name("i")
        own = {"int": [i]}
        lines = [f"{c} := make(chan {kind}{self.pick('', ', 1', ', 3')})", "go func() {", f"for {i} := range {self.below(7, 1)} {{"]
        lines += [f"note({i})", f"{c} <- {self.expr(kind, own)}", "}", f"close({c})", "}()"]
        return [*lines, f"for x{c} := range {c} {{", *self.block(scope | {kind: [*scope.get(kind, []), f"x{c}"]}, depth - 1, 2), f"note(x{c})", "}"]

    def workers(self, scope: Scope, depth: int) -> list[str]:
        """Goroutines take jobs of one channel; the order of their notes is the scheduler's."""
        c, w = self.name("c"), self.name("w")
        lines = [
            f"{c} := make(chan int{self.pick('', ', 2', ', 8')})",
            f"for {w} := range {self.below(5, 1)} {{",
            "wg.Add(1)",
            "go func() {",
            "defer wg.Done()",
        ]
        lines += [f"for job := range {c} {{", f"note({w}*1000 + job)", "}", "}()", "}"]
        lines += [f"for i := range {self.below(9, 1)} {{", f"{c} <- i", self.pick("", "note(i)"), "}", f"close({c})", "wg.Wait()"]
        return [*lines, *self.block(scope, 0, 2)]

    def stages(self, scope: Scope, depth: int) -> list[str]:
        """A chain of goroutines, each of which changes what it passes on."""
        kind, c, n = self.pick(*INTS), self.name("c"), self.name("n")
        own = {kind: ["x"]}
        lines = [f"{c} := make(chan {kind})", f"first{c} := {c}", f"for {n} := range {self.below(5, 1)} {{", f"out := make(chan {kind}{self.pick('', ', 2')})"]
        lines += [
            f"go func(in <-chan {kind}, out chan<- {kind}) {{",
            "for x := range in {",
            f"note({n} + int(x%8))",
            f"out <- {self.expr(kind, own)}",
            "}",
            "close(out)",
        ]
        lines += [
            f"}}({c}, out)",
            f"{c} = out",
            "}",
            "go func() {",
            f"for i := range {self.below(6, 1)} {{",
            f"first{c} <- {kind}(i)",
            "}",
            f"close(first{c})",
            "}()",
        ]
        return [*lines, f"for x := range {c} {{", "note(x)", "}", *self.block(scope, 0, 2)]

    def selects(self, scope: Scope, depth: int) -> list[str]:
        """A select of which one case can go on at a time, and a nil channel."""
        kind, c, d = self.pick(*INTS), self.name("c"), self.name("d")
        lines = [f"{c}, {d} := make(chan {kind}), make(chan bool)", f"var nil{c} chan {kind}", "go func() {"]
        lines += [f"for i := range {self.below(5, 1)} {{", f"{c} <- {kind}(i)", "}", f"close({d})", "}()", "for open := true; open; {", "select {"]
        lines += [f"case x, ok := <-{c}:", "note(x)", "if !ok {", "note(1)", "}", f"case <-nil{c}:", "note(2)", f"case <-{d}:", "open = false"]
        return [*lines, "}", "}", *self.block(scope, 0, 2)]

    def locked(self, scope: Scope, depth: int) -> list[str]:
        """Goroutines that wait, holding a mutex, until they are let go on."""
        kind, total, g, gate = self.pick(*INTS), self.name("v"), self.name("g"), self.name("gate")
        count = self.below(6, 1)
        lines = [f"var {total} {kind}", f"{gate} := make(chan int{self.pick('', ', 2')})", f"for {g} := range {count} {{", "wg.Add(1)"]
        lines += ["go func() {", "defer wg.Done()", "mu.Lock()", "defer mu.Unlock()", self.pick(f"note(<-{gate})", f"defer func() {{ note(<-{gate}) }}()")]
        lines += [f"{total} = {total}*3 + {kind}({g})", f"note({g})", "}()", "}", f"for i := range {count} {{", f"{gate} <- i", "}", "wg.Wait()"]
        scope.setdefault(kind, []).append(total)
        return [*lines, f"note({total})"]


@st.composite
def functions(draw: Callable[..., Any]) -> str:
    """The statements of a random function."""
    writer = Writer(draw)
    scope: Scope = {}
    lines = writer.declare(scope)
    for _ in range(writer.below(9, 3)):
        lines += writer.statement(scope, 2)
    for kind in INTS:
        lines += [f"note({name})" for name in scope.get(kind, [])]
    return "\n".join("\t" + line for line in lines if line)


def package(bodies: list[str]) -> str:
    """A program that runs the functions one after the other, each followed by its notes."""
    parts = [PRELUDE, values.PRELUDE]
    parts += [f"func program{i}() {{\n{body}\n}}\n" for i, body in enumerate(bodies)]
    calls = "\n".join(f"\tprogram{i}()\n\tshow({i})" for i in range(len(bodies)))
    return "\n".join([*parts, f"func main() {{\n{calls}\n}}\n"])
