"""The runtime of a measured program: Go's own, with one file more and a line here and there, as an overlay of ``go build``, and the package that records.

Nothing of the toolchain and of the program is changed on disk. Each edit names a line of Go's source that must be there exactly once, so that another
version of Go is refused by name instead of being measured wrongly.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from gpusched.errors import GpuschedError

HERE = Path(__file__).parent
RECORDER = HERE / "recorder.go"
PROFILER = HERE / "profiler.go"
MODULE = "gpusched/work"
"""The module to which the overlay adds the packages recorder and profiler; the front end lets every program import from it."""
RUNTIME = HERE / "runtime" / "gpusched.go"


@dataclass(frozen=True)
class Edit:
    """``line`` of a file of package runtime, which is there once after ``after``, gets ``text`` behind it, or before it."""

    file: str
    after: str
    line: str
    text: str
    before: bool = False


EDITS = (
    Edit("runtime2.go", "type g struct {", "\tgcAssistBytes int64\n", "\tgpusched gpuschedG\n"),
    Edit("runtime2.go", "type m struct {", "\tcurg ", "\tgpuschedTimer uintptr\n", before=True),
    Edit("time.go", "type timer struct {", "\tmu mutex\n", "\tgpusched gpuschedG\n"),
    Edit("time.go", "func newTimer(", "\tt.modify(when, period, f, arg, 0)\n", "\tif c == nil {\n\t\tt.gpusched = gpuschedOf(getg(), 1)\n\t}\n", before=True),
    Edit("time.go", "func (t *timer) unlockAndRun(", "\tf(arg, seq, delay)\n", "\tgetg().m.gpuschedTimer = uintptr(unsafe.Pointer(t))\n", before=True),
    Edit("proc.go", "func newproc1(", "\tnewg.startpc = fn.fn\n", "\tgpuschedNew(newg, callergp, gpuschedTimer(mp))\n"),
    Edit("proc.go", "func gdestroy(", "\tpp := mp.p.ptr()\n", "\tgpuschedGone(gp, pp)\n"),
    Edit("proc.go", "func execute(", "\tcasgstatus(gp, _Grunnable, _Grunning)\n", "\tgpuschedRun(mp.p.ptr())\n"),
    Edit("proc.go", "func runqsteal(", "\tn--\n", "\tgpuschedStole(pp)\n"),
    Edit("proc.go", "func main() {", "\tfn := main_main ", "\tgpuschedStart()\n", before=True),
    Edit("proc.go", "func main() {", "\texitHooksRun := false\n", "\tgpuschedEnd()\n", before=True),
    Edit("proc.go", "func os_beforeExit(", "\trunExitHooks(exitCode)\n", "\tgpuschedEnd()\n", before=True),
)


def patched(source: Path) -> dict[str, str]:
    """The files of package runtime that differ, by name, with their text.

    Args:
        source: directory of package runtime in a toolchain.

    Raises:
        GpuschedError: where the source is not as the edits expect it.
    """
    texts: dict[str, str] = {}
    for edit in EDITS:
        text = texts.get(edit.file) or (source / edit.file).read_text(encoding="utf-8")
        start = text.find(f"\n{edit.after}")
        end = text.find("\n}\n", start)
        if start < 0 or text.count(edit.line, start, end) != 1:
            raise GpuschedError(f"Go's runtime has no line {edit.line.strip()!r} after {edit.after!r}", f"runtime/{edit.file}", "measure with go1.27.3")
        at = text.index(edit.line, start, end) + (0 if edit.before else len(edit.line))
        texts[edit.file] = text[:at] + edit.text + text[at:]
    return texts | {"gpusched_record.go": RUNTIME.read_text(encoding="utf-8")}


def write_overlay(goroot: Path, package: Path, directory: Path, *, work: Path, profiled: bool = False) -> Path:
    """Writes what differs in a measured program's build, and the overlay that says so.

    Args:
        goroot: of the toolchain.
        package: folder of the main package.
        directory: where the files go.
        work: folder of the module gpusched/work.
        profiled: whether the program can take its CPU profile.

    Returns:
        The overlay's path.
    """
    source = goroot / "src" / "runtime"
    replace = {}
    for name, text in patched(source).items():
        (directory / name).write_text(text, encoding="utf-8")
        replace[str(source / name)] = str(directory / name)
    replace |= {str(work / file.stem / file.name): str(file) for file in (RECORDER, PROFILER)}
    extra = directory / "import.go"
    extra.write_text(f'package main\n\nimport _ "{MODULE}/{(PROFILER if profiled else RECORDER).stem}"\n', encoding="utf-8")
    replace[str(_free(package))] = str(extra)
    overlay = directory / "overlay.json"
    overlay.write_text(json.dumps({"Replace": replace}))
    return overlay


def _free(package: Path) -> Path:
    """A name for one more Go file of a package, which has none of that name."""
    names = (package / f"gpusched_record{number}.go" for number in count())
    return next(name for name in names if not os.path.lexists(name))


def digest() -> str:
    """Hash of all that a measured program has besides its own sources."""
    parts = [repr(EDITS).encode(), RECORDER.read_bytes(), PROFILER.read_bytes(), RUNTIME.read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
