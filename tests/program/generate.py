"""Random Go programs whose output is determined: arithmetic of all integer types, loops, slices, structs, closures, strings."""

from random import Random

INTS = ["int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]


def bits(kind: str) -> int:
    """Bits of an integer type."""
    return int(kind.lstrip("uint") or 64)


class Writer:
    """Writes one function after the other."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.lines: list[str] = []
        self.depth = 0

    def value(self, kind: str) -> str:
        """A value that Go's compiler does not know."""
        return f"k({self.literal(kind)})"

    def literal(self, kind: str) -> str:
        """A constant of a type, often an extreme one."""
        r = self.random
        low, high = (0, (1 << bits(kind)) - 1) if kind[0] == "u" else (-(1 << (bits(kind) - 1)), (1 << (bits(kind) - 1)) - 1)
        value = r.choice([low, high, 0, 1, 2, 3, 7, 8, r.randint(low, high), r.randint(low, high) >> r.randint(0, bits(kind) - 1)])
        return f"{kind}({max(low, min(high, value))})"

    def int_expr(self, kind: str, names: dict[str, list[str]], depth: int = 3) -> str:
        """An integer expression that does not panic."""
        r = self.random
        if depth == 0 or r.random() < 0.2:
            return r.choice(names[kind]) if names.get(kind) and r.random() < 0.8 else self.value(kind)
        sub = lambda k=kind: self.int_expr(k, names, depth - 1)  # noqa: E731
        match r.randrange(8):
            case 0:
                return f"({sub()} {r.choice(['+', '-', '*', '&', '|', '^', '&^'])} {sub()})"
            case 1:
                return f"({sub()} {r.choice(['/', '%'])} ({sub()} | 1))"
            case 2:
                return f"({sub()} {r.choice(['<<', '>>'])} ({self.int_expr(r.choice(INTS[5:]), names, depth - 1)} % {r.choice([3, 8, 33, 70])}))"
            case 3:
                return f"{r.choice(['-', '^'])}({sub()})"
            case 4:
                return f"{kind}({self.int_expr(r.choice(INTS), names, depth - 1)})"
            case 5:
                return f"pick({self.bool_expr(names, depth - 1)}, {sub()}, {sub()})"
            case 6:
                return f"({sub()} {r.choice(['+', '-', '*', '&', '|', '^'])} {self.literal(kind)})"
            case _:
                return f"({self.literal(kind)} {r.choice(['+', '-', '*', '&', '|', '^', '&^'])} {sub()})"

    def bool_expr(self, names: dict[str, list[str]], depth: int = 2) -> str:
        """A condition."""
        r = self.random
        kind = r.choice(INTS)
        if depth > 0 and r.random() < 0.3:
            return f"({self.bool_expr(names, depth - 1)} {r.choice(['&&', '||'])} {self.bool_expr(names, depth - 1)})"
        if r.random() < 0.1:
            return f"!{self.bool_expr(names, 0)}"
        return f"({self.int_expr(kind, names, 1)} {r.choice(COMPARISONS)} {self.int_expr(kind, names, 1)})"

    def statements(self, names: dict[str, list[str]], count: int, indent: str, depth: int) -> None:
        """Assignments, conditions and loops over the variables."""
        r = self.random
        for _ in range(count):
            kind = r.choice([k for k in names if names[k]])
            target = r.choice(names[kind])
            choice = r.randrange(9)
            if choice == 0 and depth:
                self.lines.append(f"{indent}if {self.bool_expr(names)} {{")
                self.statements(names, 2, indent + "\t", depth - 1)
                self.lines.append(f"{indent}}} else {{")
                self.statements(names, 1, indent + "\t", depth - 1)
                self.lines.append(f"{indent}}}")
            elif choice == 1 and depth:
                self.depth += 1
                self.lines.append(f"{indent}for i{self.depth} := 0; i{self.depth} < {r.randint(1, 5)}; i{self.depth}++ {{")
                inner = dict(names) | {"int": [*names["int"], f"i{self.depth}"]}
                self.assign(inner, indent + "\t", avoid=f"i{self.depth}")
                self.lines.append(f"{indent}\tif {self.bool_expr(inner)} {{\n{indent}\t\t{r.choice(['continue', 'break'])}\n{indent}\t}}")
                self.statements(names, 1, indent + "\t", depth - 1)
                self.lines.append(f"{indent}}}")
            elif choice == 2:
                other = r.choice(names[kind])
                self.lines.append(f"{indent}{target}, {other} = {other}, {target}" if other != target else f"{indent}{target}++")
            elif choice == 3:
                self.lines.append(f"{indent}s[uint({self.int_expr(kind, names)}) % uint(len(s))] += int({self.int_expr('int', names, 2)})")
            elif choice == 4:
                self.lines.append(f"{indent}s = append(s, int({self.int_expr(kind, names, 2)}), len(s))")
            elif choice == 5:
                self.lines.append(f"{indent}p.x, p.y = {self.int_expr('int32', names)}, p.x")
            elif choice == 6:
                self.lines.append(f"{indent}a[uint({self.int_expr(kind, names, 2)}) % 4] ^= {self.int_expr('uint16', names, 2)}")
            else:
                self.assign(names, indent)

    def assign(self, names: dict[str, list[str]], indent: str, avoid: str = "") -> None:
        """One assignment."""
        r = self.random
        kind = r.choice([k for k in names if names[k]])
        target = r.choice([name for name in names[kind] if name != avoid] or ["_"])
        self.lines.append(f"{indent}{target} = {self.int_expr(kind, names)}")

    def function(self, number: int) -> None:
        """A function of three parameters that prints what it computed."""
        r = self.random
        kinds = [r.choice(INTS) for _ in range(3)]
        names: dict[str, list[str]] = {"int": ["n"], "int32": [], "uint16": []}
        for i, kind in enumerate(kinds):
            names.setdefault(kind, []).append(f"v{i}")
        params = ", ".join(f"v{i} {kind}" for i, kind in enumerate(kinds))
        self.lines.append(f"func f{number}({params}) (n int) {{")
        self.lines.append("\ts := []int{1, 2, 3}\n\tvar p pair\n\tvar a [4]uint16")
        self.lines.append(f"\tadd := func(d int) int {{ n += d; return n ^ {r.randint(0, 99)} }}")
        self.statements(names, 6, "\t", 2)
        self.lines.append("\tn ^= add(len(s))")
        self.lines.append("\tfor i, x := range s { n = n*31 + x ^ i }")
        self.lines.append("\tfor _, x := range a { n = n*7 + int(x) }")
        self.lines.append("\tfmt.Println(n, v0, v1, v2, p.x, p.y, a[1], len(s), p == pair{p.x, p.y}, p == pair{1, 0})")
        self.lines.append("\treturn n\n}\n")
        values = ", ".join(self.literal(kind) for kind in kinds)
        self.calls.append(f"\tf{number}({values})")

    def program(self, functions: int) -> str:
        """A whole program."""
        self.calls: list[str] = []
        head = 'package main\n\nimport "fmt"\n\ntype pair struct {\n\tx int32\n\ty int32\n}\n\n'
        head += "func k[T any](x T) T { return x }\n\n"
        head += "func pick[T any](c bool, x, y T) T {\n\tif c {\n\t\treturn x\n\t}\n\treturn y\n}\n\n"
        for number in range(functions):
            self.function(number)
        return head + "\n".join(self.lines) + "\nfunc main() {\n" + "\n".join(self.calls) + "\n}\n"


def program(seed: int, functions: int = 25) -> str:
    """The source of a random program."""
    return Writer(seed).program(functions)
