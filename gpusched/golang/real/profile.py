"""CPU profiles of real programs: built with profiler.go, run, and read from pprof's format (profile.proto, of which only stacks and counts are wanted)."""

import gzip
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from gpusched.errors import GpuschedError
from gpusched.golang.real.binary import run

MOST_BYTES = 1 << 26
"""A profile may be this long."""
SAMPLE, LOCATION, FUNCTION, STRING = 2, 4, 5, 6
"""Fields of a Profile."""

Stack = tuple[str, ...]
"""Names of functions, the one that runs first, inlined ones too."""


def sample(binary: Path, *, gomaxprocs: int, seed: int, limit_s: float, gogc: str, wanted: int, most: int) -> tuple[Counter[Stack], int, int]:
    """Runs a program that was built with the profiler until there are ``wanted`` samples, ``most`` times at most.

    Returns the samples by stack, the processor time of all runs, ns, and how many runs there were.
    """
    found: Counter[Stack] = Counter()
    used = 0
    for number in range(most):
        with tempfile.TemporaryDirectory(prefix="gpusched-profile-") as temporary:
            path = Path(temporary) / "cpu.pprof"
            record = run(binary, gomaxprocs=gomaxprocs, seed=seed, replica=number, limit_s=limit_s, gogc=gogc, env={"GPUSCHED_PROFILE_TO": str(path)})
            found.update(read(path.read_bytes()))
        used += record.told["main_cpu_ns"]
        if found.total() >= wanted:
            break
    return found, used, number + 1


def read(data: bytes) -> Counter[Stack]:
    """Samples by stack of a profile in pprof's format.

    Raises:
        GpuschedError: where it is none.
    """
    try:
        return _stacks(_unpacked(data))
    except (ValueError, IndexError, KeyError, StopIteration, OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise GpuschedError("the CPU profile of the real program can not be read", "", "repeat the run") from error


def _unpacked(data: bytes) -> bytes:
    """The content of a gzip file, bounded."""
    with gzip.GzipFile(fileobj=BytesIO(data)) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError("too long")
    return content


def _stacks(data: bytes) -> Counter[Stack]:
    """Puts names to the locations of each sample."""
    strings: list[str] = []
    functions: dict[int, int] = {}
    lines: dict[int, list[int]] = {}
    samples: list[tuple[list[int], int]] = []
    for field, value in _fields(data):
        if field == STRING and isinstance(value, bytes):
            strings.append(value.decode())
        elif field == FUNCTION and isinstance(value, bytes):
            own = dict(_fields(value))
            functions[_number(own[1])] = _number(own.get(2, 0))
        elif field == LOCATION and isinstance(value, bytes):
            pairs = list(_fields(value))
            lines[_number(dict(pairs)[1])] = [_number(dict(_fields(line))[1]) for name, line in pairs if name == 4 and isinstance(line, bytes)]
        elif field == SAMPLE and isinstance(value, bytes):
            own = list(_fields(value))
            samples.append(([i for name, v in own if name == 1 for i in _numbers(v)], next(i for name, v in own if name == 2 for i in _numbers(v))))
    if not strings:
        raise ValueError("no profile")
    found: Counter[Stack] = Counter()
    for locations, count in samples:
        found[tuple(strings[functions[f]] for location in locations for f in lines[location])] += count
    return found


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field of a message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
        elif kind == 2:
            length, at = _varint(data, at)
            if at + length > len(data):
                raise ValueError("a field is longer than its message")
            yield key >> 3, data[at : at + length]
            at += length
        else:
            at += {1: 8, 5: 4}[kind]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where the next begins."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number is too long")


def _number(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise ValueError("a number is expected")
    return value


def _numbers(value: int | bytes) -> list[int]:
    """A repeated number, packed or not."""
    if isinstance(value, int):
        return [value]
    out, at = [], 0
    while at < len(value):
        one, at = _varint(value, at)
        out.append(one)
    return out
