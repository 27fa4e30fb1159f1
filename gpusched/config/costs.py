"""The costs of a machine: which of its settings say how long something takes, and the hash by which a calibration knows its own again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, get_type_hints

from gpusched.config.schema import Latency, Machine
from gpusched.config.validate import model

SEPARATOR = "; "
"""Between the parts of ``machine.calibrated``: host; Go version; date; what ``sealed`` and ``incomplete`` add."""
SEAL, WITHOUT = "costs ", "without "


@cache
def cost_names() -> tuple[str, ...]:
    """Settings of a machine that are durations, but what only explore draws."""
    hints = get_type_hints(Machine)
    timed = [f for f in fields(Machine) if hints[f.name] is Latency or f.metadata["unit"] in ("ns", "ps")]
    return tuple(f.name for f in timed if not f.metadata["doc"].startswith("explore."))


def costs(machine: Mapping[str, Any]) -> dict[str, Any]:
    """The costs of a machine that are not the schema's defaults, by name; a cost that a later version adds changes nothing.

    Raises:
        ValueError: where it is no machine.
    """
    whole = model(Machine).model_validate(dict(machine)).model_dump()
    usual = model(Machine)().model_dump()
    return {name: whole[name] for name in cost_names() if whole[name] != usual[name]}


def costs_hash(machine: Mapping[str, Any]) -> str:
    """Hash of a machine's costs, eight digits."""
    return hashlib.sha256(json.dumps(costs(machine), sort_keys=True).encode()).hexdigest()[:8]


def sealed(machine: Mapping[str, Any]) -> dict[str, Any]:
    """A calibrated machine whose ``calibrated`` has the hash of its costs, so that a change by hand is noticed."""
    return {**machine, "calibrated": SEPARATOR.join([machine["calibrated"], SEAL + costs_hash(machine)])}


def _given(value: Any, usual: Any) -> bool:
    """Whether a file gives a cost: "..." stands for none, and null is one only where it is the schema's default too."""
    if isinstance(usual, dict):
        return isinstance(value, dict) and set(value) == set(usual)
    return value is not ... and (value is not None or usual is None)


def incomplete(machine: Mapping[str, Any]) -> dict[str, Any]:
    """What a machine file says, its ``calibrated`` with the costs that the file lacks, where it lacks some."""
    usual = model(Machine)().model_dump()
    missing = [name for name in cost_names() if not _given(machine.get(name, ...), usual[name])]
    if not missing or not machine.get("calibrated"):
        return dict(machine)
    named = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
    return {**machine, "calibrated": SEPARATOR.join([machine["calibrated"], WITHOUT + named])}
