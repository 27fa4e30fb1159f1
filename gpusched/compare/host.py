"""The page of a comparison on few hardware threads, with and without a CPU quota: docs/host.md."""

from typing import Any

from gpusched.compare.page import heading, table
from gpusched.compare.rows import Row
from gpusched.compare.table import cell

SHOWN = ("makespan_ns", "cpu_ns", "lifetime_p50_ns", "lifetime_p99_ns", "sojourn_p50_ns", "sojourn_p99_ns", "sojourn_p999_ns")
COUNTED = ("periods", "throttled_periods", "throttled_ns")
RULE = """
The model's host has `machine.cpus` hardware threads. An M (a thread of Go's runtime) acts only while it has one. It keeps it until it blocks, or until its
slice (`machine.cpu_slice`) is over, somebody waits who ran no more than it, and the kernel's clock ticks (`machine.cpu_tick`). One that wakes takes a free
one, else of 1000 `machine.cpu_wakeup` displace the M whose turn is longest, else it waits; who ran least is first, with a slice of credit for who slept.
sysmon, which sleeps most of the time, runs at once and takes no time from anybody. All hardware threads serve one queue.

Where the hardware threads are much in use Linux looks for no free one when a thread wakes (`SIS_UTIL`, since 6.0): of two, from 0.6 of their time on
(`machine.cpu_scan`; of n, where n (1 - (share / cpu_scan)^2) is less than 1; time counts half after 32 ms). Then an M whose last hardware thread is taken
queues for that one alone, and the two take turns on it while the other is free. They part when one of them blocks, when a hardware thread falls free and
the M that waits did not run in the last half millisecond, or when the kernel balances: the third tick that finds them so moves one.

Kernels of some guests pack threads (`sched_vcpu_pack`): one that another thread wakes on the hardware thread where it ran last itself stays there, though one
idles: half of them if it slept for `machine.cpu_pack`, a quarter after twice as long. It takes it at once (`machine.cpu_switch`) from one that ran more; else
they take turns, and part only when one blocks, or at the fourth tick. `gpusched calibrate` finds out whether the kernel does (0: it does not).

The quota is that of Linux (`kernel/sched/fair.c`): each period of `machine.period_us` fills a pool with `machine.quota_us`, of which a hardware thread takes
`machine.quota_slice_us` at a time. One that has used that up, noticed at a tick, and finds the pool empty stands with its M until the period ends; what it
used beyond is owed. One that falls idle gives back all but a millisecond. Periods begin at a time drawn for each world (`machine.quota_phase_us` sets it), as
Linux draws it for each cgroup. `cpu_periods`, `cpu_throttled_periods`, `cpu_throttled_ns` and `cpu_ns` are in the results file, as `nr_periods`,
`nr_throttled` and `throttled_time` are in the cgroup's `cpu.stat`. Without `machine.cpus` and `machine.quota_us` every M that can run does.
"""


def host_page(rows: list[Row], machine: Any, overrides: list[str], said: list[str], causes: list[str]) -> str:
    """The page as Markdown: the rule, the table of all rows, and what is known of the differences.

    Args:
        rows: of all programs.
        machine: of the config.
        overrides: the command line's.
        said: notes.
        causes: of ``read_causes``.
    """
    title, _, *made = heading("Hardware threads and CPU quota", machine, overrides)
    lines = [title, *RULE.splitlines(), "", "## Model beside real", "", *made, *(f"Note: {sentence}." for sentence in said), *([""] if said else [])]
    lines += [
        "Each cell is model / real (ratio); real is the median of the runs that nothing else disturbed, of which the last column has the number (of all, if it",
        "is 0). Quota in processors; cpu is the processor time of main.",
        "",
    ]
    cells = [[cell(row, name) if row.quota or name in SHOWN else "-" for name in SHOWN + COUNTED] for row in rows]
    counted = [f"{row.undisturbed} of {row.runs}" for row in rows]
    head = ["program", "P", "quota", *(name.removesuffix("_ns") for name in SHOWN + COUNTED), "undisturbed"]
    lines += table(head, [[row.workload, str(row.gomaxprocs), str(row.quota or "-"), *of, count] for row, of, count in zip(rows, cells, counted, strict=True)])
    return "\n".join([*lines, "", *_ratios(rows), *causes]) + "\n"


def _ratios(rows: list[Row]) -> list[str]:
    """A line for each figure: the middle and the extremes of its ratio, without and with quota."""
    lines = ["| ratio of model to real, median (least to greatest) | without quota | with quota |", "|---|---|---|"]
    for name in SHOWN + COUNTED:
        cells = []
        for quota in (False, True):
            found = sorted(
                model / real for row in rows if bool(row.quota) == quota for model, real, _, _ in [row.figures.get(name, (0.0, 0.0, 0.0, 0.0))] if real
            )
            cells.append(f"{found[len(found) // 2]:.2f} ({found[0]:.2f} to {found[-1]:.2f})" if found else "-")
        lines.append(f"| {name.removesuffix('_ns')} | {' | '.join(cells)} |")
    return lines
