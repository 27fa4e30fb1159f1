"""Random statements about maps, strings, floats, interfaces and panics, for ``writer``: all that they find out becomes notes that no order of a map decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.language.writer import Scope, Writer

KEYS = ("int", "string", "uint8", "pair", "any", "float64", "[2]int16", "bool")
PRELUDE = """
type summing interface{ sum() int64 }

var none float64

type small int8

func (s small) sum() int64 { return int64(s) * 2 }

// word is a text made of a number.
func word(x int64) string {
	if x < 0 {
		return "-" + word(-(x + 1))
	}
	if x < 10 {
		return string(rune('0' + x))
	}
	return word(x/10) + string(rune([]int32{'0', 'é', '日', 0x1F600, 0xD800}[x%5]+int32(x%10)))
}

func spell(s string) (n int64) {
	for i, r := range s {
		n = n*31 + int64(i)*7 + int64(r)
	}
	return n
}

func real(x float64) {
	if x == x {
		note(math.Float64bits(x))
	} else {
		note(-1)
	}
}

func weigh(x any) int64 {
	switch v := x.(type) {
	case nil:
		return 0
	case int:
		return int64(v)
	case int8, uint8:
		return 3
	case string:
		return spell(v)
	case pair:
		return v.sum() + 1
	case bool, float64:
		return int64(len(word(5)))
	case summing:
		return v.sum()
	case [2]int16:
		return int64(v[0]) - int64(v[1])
	}
	return 4
}

func try(f func()) {
	defer func() {
		if r := recover(); r != nil {
			note(weigh(r))
		}
	}()
	f()
	note(77)
}
"""


def key(w: Writer, kind: str, scope: Scope) -> str:
    """An expression of a type of keys."""
    number = w.expr(w.pick("int8", "int", "uint8"), scope, 1)
    match kind:
        case "string":
            return f"word(int64({number}))"
        case "pair":
            return f"pair{{int32({number}), int64({w.below(3)})}}"
        case "any":
            inner = w.pick(*[other for other in KEYS if other != "any"], "small")
            return f"any({key(w, inner, scope)})"
        case "float64":
            return f"float64({number}) / {w.pick('1', '3', 'none')}"
        case "[2]int16":
            return f"[2]int16{{int16({number}), {w.below(3)}}}"
        case "bool":
            return f"({w.condition(scope)})"
        case _:
            return f"{kind}({number})"


def maps(w: Writer, scope: Scope, depth: int) -> list[str]:
    """A map filled, read, changed while it is ranged over, and weighed as a whole."""
    kind, m, i = w.pick(*KEYS), w.name("m"), w.name("i")
    lines = [f"{m} := {w.pick(f'map[{kind}]int64{{}}', f'make(map[{kind}]int64, {w.below(20)})')}"]
    inner = scope | {"int": [*scope.get("int", []), i]}
    lines += [f"for {i} := range {w.pick(1, 3, 9, 20, 60)} {{", f"{m}[{key(w, kind, inner)}] {w.pick('=', '+=', '^=')} {w.expr('int64', inner, 1)}"]
    lines += [*w.block(inner, 0, 2), f"_ = {i}", "}"]
    for _ in range(w.below(4, 1)):
        place = key(w, kind, scope)
        lines += w.pick(
            [f"note({m}[{place}])"],
            [f"delete({m}, {place})"],
            [f"if v, ok := {m}[{place}]; ok {{", "note(v)", *w.block(scope, depth - 1, 2), "}"],
            [f"{m}[{place}]++"],
            [f"for key, v := range {m} {{", f"if v%{w.pick(2, 3)} == 0 {{", f"delete({m}, key)", "}", "}"],
            [f"clear({m})"] if w.below(3) == 0 else [f"note(len({m}))"],
        )
    lines += [f"var total{m} int64", f"for key, v := range {m} {{", f"total{m} += weigh(key) ^ v*3", "}"]
    return [*lines, f"note(total{m})", f"note(len({m}))"]


def strings(w: Writer, scope: Scope, depth: int) -> list[str]:
    """Texts made, joined, cut, changed as bytes and as runes, compared."""
    s, t = w.name("s"), w.name("t")
    lines = [f"{s} := word(int64({w.expr(w.pick('int', 'int64', 'uint16'), scope)}))", f"{t} := {w.pick(s, 'word(' + w.literal('int64') + ')')}"]
    at = lambda name: f"uint({w.expr('uint8', scope, 1)}) % uint(len({name}))"  # noqa: E731
    for _ in range(w.below(5, 1)):
        lines += w.pick(
            [f"{s} += {t} + {w.pick(s, 'word(3)')}"],
            [f"{t} = {s}[{at(s)}:]"],
            [f"{t} = {s}[:1+{at(s)}]"],
            [f"if b := []byte({s}); len(b) < 100 {{", f"b[{at('b')}] ^= {w.pick(128, 64, 255)}", f"{s} = string(b)", "}"],
            [f"if r := []rune({s}); len(r) < 100 {{", f"r[{at('r')}]++", "note(len(r))", f"{t} = string(r)", "}"],
            [f"if {s} {w.pick('<', '==', '>=')} {t} {{", *w.block(scope, depth - 1, 2), "}"],
            [f"note({s}[{at(s)}])"],
        )
        lines += [f"if len({s}) > 200 {{", f"{s} = {s}[:50]", "}"]
    return [*lines, f"note(spell({s}))", f"note(spell({t}))", f"note(len({s})*100 + len({t}))"]


def floats(w: Writer, scope: Scope, depth: int) -> list[str]:
    """Arithmetic whose results are noted bit by bit."""
    x, kind = w.name("x"), w.pick("float64", "float32")
    lines = [f"{x} := {kind}({w.expr(w.pick('int', 'uint64', 'int8'), scope)})", f"y{x} := {kind}({w.pick(0, 0.1, 2.5, 1e10)}) + {x}"]
    for _ in range(w.below(5, 1)):
        lines += w.pick(
            [f"{x} = {x} {w.pick('+', '-', '*', '/')} y{x}"],
            [f"y{x} {w.pick('+=', '-=', '*=', '/=')} {kind}({w.pick(3, 0.7, 1e20)})"],
            [f"if {x} {w.pick('<', '==', '!=', '>=')} y{x} {{", *w.block(scope, depth - 1, 2), "}"],
            [f"{x} = min({x}, y{x}) + max(y{x}, {kind}({w.expr('int8', scope, 1)}))"],
            [f"real(float64({kind}({x} * y{x})))"],
            [f"{x} = -{x}"],
        )
    return [*lines, f"real(float64({x}))", f"real(float64(y{x}))", f"if {x} > -1e18 && {x} < 1e18 {{", f"note(int64({x}))", "}"]


def interfaces(w: Writer, scope: Scope, depth: int) -> list[str]:
    """Values in interfaces: weighed by type, compared, asserted."""
    x, y = w.name("x"), w.name("y")
    one, other = (key(w, "any", scope) for _ in range(2))
    lines = [f"{x}, {y} := {one}, {w.pick(other, 'any(nil)', 'any(&pair{1, 2})')}", f"note(weigh({x}) ^ weigh({y}))"]
    lines += [f"if {x} == {y} {{", *w.block(scope, depth - 1, 2), "}"]
    lines += [f"if v, ok := {x}.({w.pick(*KEYS, 'small', 'summing')}); ok {{", f"{y} = v", "note(1)", "} else {", f"{y}, _ = any(v), ok", "}"]
    return [*lines, f"note(weigh({y}))", f"_, is{y} := {y}.(summing)", f"if is{y} {{", "note(2)", "}"]


def panics(w: Writer, scope: Scope, depth: int) -> list[str]:
    """A function that may panic, in a function that recovers."""
    bad = w.pick(
        f"panic({key(w, 'any', scope)})",
        f"note([]int{{1, 2}}[{w.expr('uint8', scope, 1)} % 4])",
        f"note(7 / ({w.expr('int8', scope, 1)} % 3))",
        "var m map[string]int; m[word(1)] = 2",
        "var p *pair; note(p.y)",
        f"note({key(w, 'any', scope)}.({w.pick('int', 'string', 'summing')}) == nil)".replace(" == nil", ""),
        "panic(errors.New(word(4)))",
        f"_ = map[any]int{{any([]int{{{w.below(3)}}}): 1}}",
        f"note([2]int([]int{{1, 2, 3}}[:{w.expr('uint8', scope, 1)} % 4])[1])",
        f"s := make([]int, 3)[{w.expr('uint8', scope, 1)} % 5:]; note(len(s))",
    )
    if bad.startswith("note(any("):
        bad = f"note(weigh({bad[5:-1]}))"
    lines = ["try(func() {", *w.block(scope, depth - 1, 2)]
    if w.below(2):
        lines += ["defer func() {", *w.block(scope, 0, 2), *w.pick([], ["note(weigh(recover()))"], ['panic("again")']), "}()"]
    return [*lines, f"if {w.condition(scope)} {{", *bad.split("; "), "}", *w.block(scope, 0, 2), "})"]
