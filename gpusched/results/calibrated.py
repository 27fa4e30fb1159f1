"""Where a run's machine does not stand for this host, or for what was calibrated there."""

import re
from collections.abc import Iterable
from typing import Any

from gpusched.config.costs import SEAL, SEPARATOR, WITHOUT, costs, costs_hash
from gpusched.results.provenance import host_of


def machine_warnings(machines: Iterable[Any], go: str) -> list[str]:
    """What has to be said of the machines of a run's points, a line each.

    Args:
        machines: validated ``config.schema.Machine``s, equal ones too.
        go: version of the toolchain, such as "go1.27.3"; "" where there is none.
    """
    different = list(dict.fromkeys(machines))
    tables = [line for machine in different for line in _table(machine, go)]
    return [*dict.fromkeys(tables), *_beyond(different)]


def _table(machine: Any, go: str) -> list[str]:
    """Says of one machine's costs where they are not those of this host."""
    content = machine.model_dump()
    if not machine.calibrated and not costs(content):
        return [f"machine {machine.name} has no costs: the times of the run are those of no real host"]
    if not machine.calibrated:
        return [f"machine {machine.name} is not calibrated: its times are not those of this host (gpusched calibrate out=host.yaml, then machine=./host.yaml)"]
    host, *parts = machine.calibrated.split(SEPARATOR)
    version, seal, without = (next((part for part in parts if part.startswith(start)), "") for start in ("go", SEAL, WITHOUT))
    lines = [f"the machine's table was calibrated on another host: {machine.calibrated}"] if host != host_of() else []
    if go and version not in ("", go):
        lines.append(f"the machine's table was calibrated with {version}, this is {go}")
    if without:
        lines.append(f"the machine's table counts as calibrated, but its file is {without}: those are of another table")
    elif seal and seal != SEAL + costs_hash(content):
        lines.append("costs of the machine's table were changed after it was calibrated")
    return lines


def _beyond(machines: list[Any]) -> list[str]:
    """Says at which points there are more Ps or hardware threads than were calibrated."""
    shared: dict[int, set[int]] = {}
    own: dict[int, set[int]] = {}
    more: dict[int, set[int]] = {}
    for machine in machines:
        found = re.match(r"host \w+, (\d+) x ", machine.calibrated)
        if not found:
            continue
        known, procs = int(found[1]), machine.gomaxprocs or machine.num_cpu
        threads = machine.cpus or (machine.num_cpu if machine.quota_us else 0)
        if threads > known:
            more.setdefault(known, set()).add(threads)
        elif threads and procs > threads:
            shared.setdefault(threads, set()).add(procs)
        elif procs > known:
            own.setdefault(known, set()).add(procs)
    lines = [f"{_listed(counts)} hardware threads (machine.cpus) are more than the {known} that were calibrated" for known, counts in more.items()]
    lines += [
        f"GOMAXPROCS={_listed(counts)} is more than the {known} hardware threads that were calibrated, and here each thread has one of its own (machine.cpus=0)"
        for known, counts in own.items()
    ]
    return lines + [
        f"GOMAXPROCS={_listed(counts)} on {threads} hardware threads: how they are shared is a model (docs/host.md), which was not calibrated"
        for threads, counts in shared.items()
    ]


def _listed(numbers: set[int]) -> str:
    """Numbers in a line."""
    return ", ".join(map(str, sorted(numbers)))
