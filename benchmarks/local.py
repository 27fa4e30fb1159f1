"""Local instructions per second of a plain Go program: primes by trial division, one goroutine.

The number of instructions is read off the simulated clock in a run apart, where a local instruction takes a nanosecond and nothing else costs anything.
"""

from benchmarks.measure import PROGRAMS, Figure, ended, prepare, record, repeated, run, share

PRIMES = PROGRAMS / "primes"
LIMIT = 1_000_000
REPEATS = 5


def instructions(*overrides: str) -> int:
    """Counts a program's local instructions: the simulated ns when each takes 1 ns, less 1 ns for an action without any (the print and the end)."""
    timing = ended(run(prepare(PRIMES, "machine=zero", "machine.gomaxprocs=1", "machine.local_ps=1000", "policy=no_sysmon", *overrides)))
    return int(timing.worlds["now"][0])


def main() -> None:
    """Measures, prints, records."""
    count = instructions(f"workload.const.limit={LIMIT}")
    timing = ended(repeated(prepare(PRIMES, "machine=small_vm", "machine.gomaxprocs=1", f"workload.const.limit={LIMIT}"), REPEATS))
    figures = [
        Figure("local instructions", count / timing.seconds / 1e6, "M/s", 200),
        Figure("a local instruction", timing.seconds / count * 1e9, "ns"),
        Figure("instructions", count, "instructions"),
        Figure("actions", timing.actions, "actions"),
        share(timing),
    ]
    record("local", figures, notes=["Instructions counted by the simulated clock of a run in which each takes 1 ns and nothing else costs anything."])


if __name__ == "__main__":
    main()
