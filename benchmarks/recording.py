"""What the recorder costs a real program: skynet, plain against built with the recorder, off and on, in turn in one run."""

import tempfile
from pathlib import Path

from benchmarks.measure import Figure, middle, record
from benchmarks.skynet import build_go, run_go

REPEATS = 7
GOROUTINES = 1_111_111


def main() -> None:
    """Measures, prints, records."""
    from gpusched.golang.real.binary import build, run
    from gpusched.workload import SHIPPED

    measured = build(SHIPPED / "skynet")
    plain, off, on = [], [], []
    with tempfile.TemporaryDirectory() as directory:
        program, _ = build_go(Path(directory))
        for _ in range(REPEATS):
            plain.append(run_go(program)[1])
            off.append(run(measured, gomaxprocs=2, gogc="100").cpu_ns / 1e9)
            on.append(run(measured, gomaxprocs=2, gogc="100", record="lifetimes").cpu_ns / 1e9)
    base = middle(plain)
    figures = [
        Figure("recorder off, against a plain build", middle(off) / base, "of processor time"),
        Figure("recorder on, against a plain build", middle(on) / base, "of processor time"),
        Figure("recorder on, a goroutine", (middle(on) - base) / GOROUTINES * 1e9, "ns"),
        Figure("plain build", base, "s of processor time"),
    ]
    record("recording", figures, notes=["skynet with 10^6 leaves, GOMAXPROCS=2; processor time of the whole process."])


if __name__ == "__main__":
    main()
