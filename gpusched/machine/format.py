"""Formats values as Go's ``fmt`` does: the verbs, flags and spacing rules of ``fmt/print.go`` and ``fmt/format.go`` for basic values."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

SIGNED = {"int": 64, "int8": 8, "int16": 16, "int32": 32, "int64": 64}
UNSIGNED = {"uint": 64, "uint8": 8, "uint16": 16, "uint32": 32, "uint64": 64, "uintptr": 64}
FLOATS = {"float32": 32, "float64": 64}
COMPLEX = {"complex64": 32, "complex128": 64}
SHORTEST_PRECISION = 6
"""``strconv/ftoa.go``: from this exponent on, %g of shortest digits has an exponent."""


@dataclass(frozen=True)
class Value:
    """A value that is printed: Go kind and name of its type, its words, and the string it is or holds."""

    kind: str
    name: str
    words: tuple[int, ...] = ()
    text: str = ""
    elements: tuple["Value", ...] = field(default=())

    @property
    def number(self) -> int | float | bool:
        """The value as Python's number."""
        word = self.words[0] if self.words else 0
        if self.kind in FLOATS:
            return float(np.array(word, np.int64).view(np.float64))
        if self.kind == "bool":
            return bool(word)
        return word & (1 << 64) - 1 if self.kind in UNSIGNED else word


def shortest(value: float, bits: int) -> tuple[str, str, int]:
    """Sign, shortest decimal digits that read back as ``value``, and the position of the decimal point after which digit."""
    text = np.format_float_scientific(np.float32(value) if bits == 32 else np.float64(value), unique=True, trim="-")
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    mantissa, exponent = text.split("e")
    digits = mantissa.replace(".", "").rstrip("0")
    return sign, digits, (int(exponent) + 1 if digits else 1)


def float_text(value: float, verb: str = "g", precision: int = -1, bits: int = 64) -> str:
    """``strconv.FormatFloat``; precision -1 is the shortest that reads back."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if precision >= 0:
        return _with_precision(value, verb, precision)
    sign, digits, point = shortest(value, bits)
    if not digits:
        sign, digits, point = "-" if math.copysign(1, value) < 0 else "", "0", 1
    exponent = point - 1
    if verb in "eE" or (verb in "gG" and not -4 <= exponent < SHORTEST_PRECISION):
        mark = "E" if verb.isupper() else "e"
        return f"{sign}{digits[0]}{'.' + digits[1:] if len(digits) > 1 else ''}{mark}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    whole = digits[:point].ljust(point, "0")
    return f"{sign}{whole}{'.' + digits[point:] if len(digits) > point else ''}"


def _with_precision(value: float, verb: str, precision: int) -> str:
    if verb in "gG":
        return f"{value:.{max(precision, 1)}{verb}}"
    return f"{value:.{precision}{verb}}"


def complex_text(value: "Value", verb: str = "g", precision: int = -1) -> str:
    """``(1+2i)``."""
    parts = [float_text(float(np.array(word, np.int64).view(np.float64)), verb, precision, COMPLEX[value.kind]) for word in value.words]
    return f"({parts[0]}{'' if parts[1][0] in '+-' else '+'}{parts[1]}i)"


def duration_text(ns: int) -> str:
    """``time.Duration.String``."""
    if ns == 0:
        return "0s"
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    for unit, size in (("ns", 1), ("µs", 1000), ("ms", 1000000)):
        if ns < size * 1000 and ns < 10**9:
            return f"{sign}{_fraction(ns, size)}{unit}"
    minutes, rest = divmod(ns, 60 * 10**9)
    text = f"{_fraction(rest, 10**9)}s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        text = f"{minutes}m{text}"
        if hours:
            text = f"{hours}h{text}"
    return sign + text


def _fraction(value: int, unit: int) -> str:
    whole, rest = divmod(value, unit)
    digits = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0") if rest else ""
    return f"{whole}.{digits}" if digits else str(whole)


def quote(text: str) -> str:
    """``strconv.Quote``."""
    named = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v", "\\": r"\\", '"': r"\""}
    out = []
    for char in text:
        code = ord(char)
        if char in named:
            out.append(named[char])
        elif 0xDC80 <= code <= 0xDCFF:
            out.append(f"\\x{code - 0xDC00:02x}")
        elif char.isprintable():
            out.append(char)
        else:
            out.append(f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return '"' + "".join(out) + '"'


def default_text(value: Value) -> str:
    """``%v``."""
    if value.kind == "nil":
        return "<nil>"
    if value.name == "time.Duration":
        return duration_text(int(value.number))
    if value.text or value.kind == "string":
        return value.text
    if value.kind == "bool":
        return "true" if value.number else "false"
    if value.kind in FLOATS:
        return float_text(float(value.number), "g", -1, FLOATS[value.kind])
    if value.kind in COMPLEX:
        return complex_text(value)
    if value.kind in SIGNED or value.kind in UNSIGNED:
        return str(value.number)
    if value.kind in ("slice", "array"):
        return "[" + " ".join(default_text(e) for e in value.elements) + "]"
    if value.kind == "struct":
        return "{" + " ".join(str(word) for word in value.words) + "}"
    return f"0x{0xC000000000 + 8 * value.words[0]:x}" if value.words and value.words[0] else "<nil>"


def builtin_text(value: Value) -> str:
    """What the builtin ``print`` writes (``runtime/print.go``)."""
    if value.kind == "nil" or (value.kind == "interface" and not any(value.words)):
        return "(0x0,0x0)"
    if value.kind in SIGNED or value.kind in UNSIGNED:
        return str(value.number)
    if value.kind == "slice":
        start, length, capacity = value.words[:3]
        return f"[{length}/{capacity}]0x{0xC000000000 + 8 * start if start else 0:x}"
    if value.kind in ("pointer", "chan", "func", "map", "unsafe.Pointer"):
        return f"0x{0xC000000000 + 8 * value.words[0]:x}" if value.words and value.words[0] else "0x0"
    return default_text(Value(value.kind, "", value.words, value.text, value.elements))


def sprint(values: list[Value]) -> str:
    """``fmt.Sprint``: a space between two operands when neither is a string."""
    out = []
    for i, value in enumerate(values):
        if i and value.kind != "string" and values[i - 1].kind != "string":
            out.append(" ")
        out.append(default_text(value))
    return "".join(out)


def sprintln(values: list[Value]) -> str:
    """``fmt.Sprintln``."""
    return " ".join(default_text(value) for value in values) + "\n"


@dataclass
class Flags:
    """Flags, width and precision of a verb; -1: none."""

    set: str = ""
    width: int = -1
    precision: int = -1

    def pad(self, text: str, *, zero: bool = False) -> str:
        """Pads to the width: left, right, or with zeros behind the sign."""
        missing = self.width - len(text)
        if missing <= 0:
            return text
        if "-" in self.set:
            return text + " " * missing
        if zero and "0" in self.set:
            sign = text[0] if text[:1] in ("+", "-", " ") else ""
            return sign + "0" * missing + text[len(sign) :]
        return " " * missing + text


def _integer(value: int, verb: str, flags: Flags) -> str:
    base = {"d": "d", "b": "b", "o": "o", "O": "o", "x": "x", "X": "X"}[verb]
    digits = format(abs(value), base)
    if flags.precision >= 0:
        digits = digits.rjust(flags.precision, "0") if value or flags.precision else ""
    prefix = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}.get(verb, "") if "#" in flags.set else "0o" if verb == "O" else ""
    sign = "-" if value < 0 else "+" if "+" in flags.set else " " if " " in flags.set else ""
    return flags.pad(sign + prefix + digits, zero=flags.precision < 0)


def _float(value: float, verb: str, flags: Flags, bits: int) -> str:
    precision = flags.precision if flags.precision >= 0 else 6 if verb in "eEfF" else -1
    if verb in "xX":
        text = hex_float(value, precision)
        text = text.upper() if verb == "X" else text
    else:
        text = float_text(value, "g" if verb == "v" else verb.replace("F", "f"), precision, bits)
    if text[0] not in "+-" and "+" in flags.set:
        text = "+" + text
    elif text[0] not in "+-" and " " in flags.set:
        text = " " + text
    return flags.pad(text, zero=not math.isinf(value) and not math.isnan(value))


def hex_float(value: float, precision: int = -1) -> str:
    """``strconv.FormatFloat`` with format x: a hexadecimal mantissa and an exponent of two."""
    if math.isnan(value) or math.isinf(value):
        return float_text(value)
    mantissa, exponent = math.frexp(abs(value))
    digits = precision if precision >= 0 else 13
    scaled, exponent = round(2 * mantissa * 16**digits), exponent - 1 if value else 0
    if scaled >= 2 * 16**digits:
        scaled, exponent = scaled // 2, exponent + 1
    fraction = f"{scaled % 16**digits:0{digits}x}" if digits else ""
    fraction = fraction if precision >= 0 else fraction.rstrip("0")
    sign = "-" if math.copysign(1, value) < 0 else ""
    return f"{sign}0x{scaled >> 4 * digits}{'.' * bool(fraction)}{fraction}p{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _string(text: str, verb: str, flags: Flags) -> str:
    if flags.precision >= 0 and verb in "svq":
        text = text[: flags.precision]
    if verb == "q" or (verb == "v" and "#" in flags.set):
        return flags.pad(quote(text))
    if verb in "xX":
        digits = to_bytes(text).hex()
        return flags.pad(digits.upper() if verb == "X" else digits)
    return flags.pad(text)


def to_bytes(text: str) -> bytes:
    """Bytes of a string that was decoded from Go's."""
    return text.encode("utf-8", "surrogateescape")


def format_value(value: Value, verb: str, flags: Flags) -> str:
    """One operand under one verb, ``%!verb(type=value)`` if they do not go together."""
    if verb == "T":
        return flags.pad(value.name if value.kind != "nil" else "<nil>")
    if verb == "p" and value.kind in ("pointer", "chan", "func", "map", "slice"):
        return flags.pad(builtin_text(value))
    if verb == "t" and value.kind == "bool":
        return flags.pad(default_text(value))
    if value.kind in SIGNED or value.kind in UNSIGNED:
        if verb in "dboOxX":
            return _integer(int(value.number), verb, flags)
        if verb == "v" and value.name != "time.Duration":
            return _integer(int(value.number), "d", flags)
        if verb == "c":
            return flags.pad(chr(int(value.number)))
        if verb == "q":
            return flags.pad("'" + quote(chr(int(value.number)))[1:-1].replace("'", "\\'").replace('\\"', '"') + "'")
        if verb == "U":
            return flags.pad(f"U+{int(value.number):04X}")
    if value.kind in FLOATS and verb in "eEfFgGvxX":
        return _float(float(value.number), verb, flags, FLOATS[value.kind])
    if (value.kind == "string" or value.text or value.name == "time.Duration") and verb in "svqxX":
        return _string(default_text(value), verb, flags)
    if value.kind in ("slice", "array") and verb in "sqxX" and value.elements and all(e.kind == "uint8" for e in value.elements):
        return _string(bytes(e.words[0] for e in value.elements).decode("utf-8", "surrogateescape"), verb, flags)
    if value.kind in ("slice", "array") and verb != "v":
        return "[" + " ".join(format_value(e, verb, flags) for e in value.elements) + "]"
    if verb == "v":
        return flags.pad(default_text(value))
    if value.kind == "nil":
        return f"%!{verb}(<nil>)"
    return f"%!{verb}({value.name}={format_value(value, 'v', flags)})"


def sprintf(values: list[Value]) -> str:
    """``fmt.Sprintf``: the first value is the format."""
    layout, rest = values[0].text, values[1:]
    out, at, used = [], 0, 0

    def take(valid: Callable[[Value], bool]) -> Value | None:
        nonlocal used
        used += 1
        return rest[used - 1] if used <= len(rest) and valid(rest[used - 1]) else None

    while at < len(layout):
        if layout[at] != "%":
            end = layout.find("%", at)
            end = len(layout) if end < 0 else end
            out.append(layout[at:end])
            at = end
            continue
        at += 1
        flags = Flags()
        while at < len(layout) and layout[at] in "+-# 0":
            flags.set += layout[at]
            at += 1
        flags.width, at, bad_width = _amount(layout, at, take)
        if bad_width:
            out.append("%!(BADWIDTH)")
        if flags.width < -1:
            flags.set, flags.width = flags.set.replace("0", "") + "-", -flags.width
        if layout[at : at + 1] == ".":
            flags.precision, at, bad = _amount(layout, at + 1, take)
            flags.precision = 0 if flags.precision == -1 and not bad else flags.precision
            if bad:
                out.append("%!(BADPREC)")
        if at >= len(layout):
            out.append("%!(NOVERB)")
            break
        verb = layout[at]
        at += 1
        if verb == "%":
            out.append("%")
        elif used >= len(rest):
            out.append(f"%!{verb}(MISSING)")
        else:
            used += 1
            out.append(format_value(rest[used - 1], verb, flags))
    if used < len(rest):
        extra = ", ".join("<nil>" if v.kind == "nil" else f"{v.name}={default_text(v)}" for v in rest[used:])
        out.append(f"%!(EXTRA {extra})")
    return "".join(out)


def _amount(layout: str, at: int, take: Callable) -> tuple[int, int, bool]:
    """Width or precision at a place of the format: a number, ``*``, or none (-1); where it ends; True if ``*`` took no int."""
    if layout[at : at + 1] == "*":
        value = take(lambda v: v.kind in SIGNED)
        return (int(value.number), at + 1, False) if value is not None else (-1, at + 1, True)
    end = at
    while end < len(layout) and layout[end].isdigit():
        end += 1
    return (int(layout[at:end]) if end > at else -1, end, False)
