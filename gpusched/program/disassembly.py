"""The program for people: each function's instructions beside the lines of source that they come from."""

from collections.abc import Iterator, Mapping

from gpusched.machine.opcodes import IMM, Native, Op
from gpusched.program.assemble import is_jump
from gpusched.program.program import Program
from gpusched.program.text import op_name

_FUNCTIONS = frozenset({Op.CALL, Op.GO, Op.DEFER})
_TYPED = frozenset({Op.ALLOC, Op.MAKECHAN})


def disassemble(program: Program, sources: Mapping[str, str] | None = None) -> str:
    """All functions as text. ``sources``: file name -> text, for the lines of source between the instructions."""
    lines = {name: text.split("\n") for name, text in (sources or {}).items()}
    out: list[str] = []
    entries = sorted((int(func["entry"]), f) for f, func in enumerate(program.funcs))
    for (start, f), (end, _) in zip(entries, [*entries[1:], (len(program.code), 0)], strict=True):
        out += _function(program, f, range(start, end), lines)
    return "\n".join(out) + "\n"


def _function(program: Program, f: int, rows: range, lines: dict[str, list[str]]) -> Iterator[str]:
    func = program.funcs[f]
    words = int(program.types[int(func["frame_type"])]["words"])
    yield f"func {f} {program.functions[f]}: {func['params']} words in, {func['results']} out, frame of {words} words"
    last = (-1, 0)
    for row in rows:
        if program.positions[row] not in (last, (-1, 0)):
            last = program.positions[row]
            name = program.files[last[0]]
            source = lines.get(name, [])
            yield f"  {name}:{last[1]}" + (f"  {source[last[1] - 1].strip()}" if 0 < last[1] <= len(source) else "")
        yield "    " + _row(program, row)
    yield ""


def _row(program: Program, row: int) -> str:
    op, a, b, c = (int(x) for x in program.code[row])
    text = f"{row:6} {op_name(op):10} {a:6} {b:6} {c:6}"
    if op in _FUNCTIONS:
        return f"{text}  {program.functions[a]}"
    if op in _TYPED:
        return f"{text}  {program.type_names[c]}"
    if op in (Op.NATIVE, Op.SYS):
        return f"{text}  {Native(c).name}"
    if op == Op.LDK:
        return f"{text}  {int(program.consts[c])}"
    if is_jump(op):
        return f"{text}  -> {a}"
    return f"{text}  immediate" if IMM <= op < 2 * IMM else text
