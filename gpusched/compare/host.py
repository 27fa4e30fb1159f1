"""The page of a comparison on few hardware threads, with and without a CPU quota: docs/host.md."""

from typing import Any

from gpusched.compare.rows import Row
from gpusched.compare.table import cell, command_of

SHOWN = ("makespan_ns", "cpu_ns", "lifetime_p50_ns", "lifetime_p99_ns", "sojourn_p50_ns", "sojourn_p99_ns", "sojourn_p999_ns")
COUNTED = ("periods", "throttled_periods", "throttled_ns")
RULE = """
The model's host has `machine.cpus` hardware threads. An M (a thread of Go's runtime) acts only while it has one. It keeps it until it blocks, or until its
slice (`machine.cpu_slice`) is over, somebody waits who ran no more than it, and the kernel's clock ticks (`machine.cpu_tick`). One that wakes takes a free
one, else of 1000 `machine.cpu_wakeup` displace the M whose turn is longest, else it waits; who ran least is first, with a slice of credit for who slept.
sysmon waits for the end of a turn where none is free, and takes no time from anybody. All hardware threads serve one queue.

Where the hardware threads are much in use Linux looks for no free one when a thread wakes (`SIS_UTIL`, since 6.0): of two, from 0.6 of their time on
(`machine.cpu_scan`; of n, where n (1 - (share / cpu_scan)^2) is less than 1; time counts half after 32 ms). Then an M whose last hardware thread is taken
queues for that one alone, and the two take turns on it while the other is free. They part when one of them blocks, when a hardware thread falls free and
the M that waits did not run in the last half millisecond, or when the kernel balances: the third tick that finds them so moves one.

The quota is that of Linux (`kernel/sched/fair.c`): each period of `machine.period_us` fills a pool with `machine.quota_us`, of which a hardware thread takes
`machine.quota_slice_us` at a time. One that has used that up, noticed at a tick, and finds the pool empty stands with its M until the period ends; what it
used beyond is owed. One that falls idle gives back all but a millisecond. Periods begin at a time drawn for each world (`machine.quota_phase_us` sets it), as
Linux draws it for each cgroup. `cpu_periods`, `cpu_throttled_periods`, `cpu_throttled_ns` and `cpu_ns` are in the results file, as `nr_periods`,
`nr_throttled` and `throttled_time` are in the cgroup's `cpu.stat`. Without `machine.cpus` and `machine.quota_us` every M that can run does.
"""
CAUSES = """
What is known of the differences. Real runs take some percent more processor time than the model where other processes use the host. Throttling of the server
hangs on it, for its bursts exceed the quota by little: with requests 8 % longer the model's throttled periods go from 3.6 to 4.9, 4.0 to 5.5, 4.2 to 5.5 and
4.3 to 5.4 on average at 1, 2, 4 and 8 Ps and half a processor, the throttled time from 86 to 148, 189 to 334, 203 to 333 and 193 to 323 ms (three draws of
the workload at ten times at which periods begin). Where periods begin matters as much, and the real runs are few. By the kernel's source, without an
experiment: the program's start and end, 3 ms, are in a real run's quota and not in the model's; Linux has a queue for each processor, so a thread that wakes
may wait behind one that computes while another processor is about to be free, which is in p99 without a quota; the model's threads share one queue.
"""


def host_page(rows: list[Row], machine: Any, overrides: list[str]) -> str:
    """The page as Markdown: the rule, and the table of all rows."""
    lines = ["# Hardware threads and CPU quota", *RULE.splitlines(), "", "## Model beside real", ""]
    lines += [f"Made by `gpusched compare {command_of(machine, overrides)}`.", f"Machine: {machine.calibrated or machine.name + ', not calibrated'}.", ""]
    lines += [
        "Each cell is model / real (ratio); real is the median of the runs, of which the last column says how many nothing else disturbed. Quota in processors."
    ]
    head = ["program", "P", "quota", *(name.removesuffix("_ns") for name in (*SHOWN, *COUNTED)), "undisturbed"]
    lines += ["", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for row in rows:
        shown = SHOWN + COUNTED if row.quota else SHOWN
        cells = [cell(row, name) if name in shown else "-" for name in SHOWN + COUNTED]
        lines.append(f"| {row.workload} | {row.gomaxprocs} | {row.quota or '-'} | {' | '.join(cells)} | {row.undisturbed} of {row.runs} |")
    lines += ["", *_ratios(rows), *CAUSES.rstrip().splitlines()]
    return "\n".join(lines) + "\n"


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
