"""Worker pool on 8 Ps: actions and jobs per second on one core with 64 worlds and with one, on two cores, and actions per job by kind."""

from benchmarks.actions import count_kinds, jobs_done, per_job
from benchmarks.measure import PROGRAMS, Figure, Timing, ended, prepare, record, repeated, share

POOL = PROGRAMS / "pool"
MACHINE = ("machine=small_vm", "machine.gomaxprocs=8")
WORLDS = 64
JOBS_EACH = 40_000
JOBS_ALONE = 1_000_000
REPEATS = 5


def ensemble(threads: int) -> Timing:
    """Runs 64 worlds on so many cores."""
    return ended(repeated(prepare(POOL, *MACHINE, f"workload.const.jobs={JOBS_EACH}", f"replicas={WORLDS}", threads=threads), REPEATS))


def main() -> None:
    """Measures, prints, records."""
    one, two = ensemble(1), ensemble(2)
    alone = ended(repeated(prepare(POOL, *MACHINE, f"workload.const.jobs={JOBS_ALONE}"), REPEATS))
    kinds = count_kinds(prepare(POOL, *MACHINE, "workload.const.jobs=100000"), 5000, 8000)
    figures = [
        Figure("64 worlds, one core", one.actions / one.seconds / 1e6, "M actions/s", 15),
        Figure("64 worlds, one core, jobs", WORLDS * JOBS_EACH / one.seconds / 1e6, "M jobs/s", 1.8),
        Figure("64 worlds, one core, an action", one.seconds / one.actions * 1e9, "ns"),
        share(one),
        Figure("one world", alone.actions / alone.seconds / 1e6, "M actions/s", 12),
        Figure("two cores against one", one.seconds / two.seconds, "x", 1.8),
        Figure("two cores", two.actions / two.seconds / 1e6, "M actions/s"),
        share(two, 2),
        Figure("actions per job", one.actions / (WORLDS * JOBS_EACH), "actions"),
    ]
    figures += [Figure(f"actions per job: {kind}", value, "actions") for kind, value in per_job(kinds, jobs_done(kinds))]
    note = f"By kind: {sum(kinds.values())} actions of one world, performed one by one; retries at busy locks and sysmon's looks are no actions."
    record("pool", figures, notes=[note])


if __name__ == "__main__":
    main()
