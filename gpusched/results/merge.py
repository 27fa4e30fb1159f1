"""Puts the arrays of batches together that ran one after the other: what ``collect`` returns for each becomes what it would return for all worlds at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gpusched.results.schema import QUANTILES, by_path
from gpusched.stats.histogram import quantiles

Arrays = dict[str, NDArray[Any]]

FAMILIES = ("latency", "lifetimes", "observations")
SUMS = ("counts", "count", "total_ns", "failed_counts", "failed_count")
WORLDS_OF = ("leaks/leak_world", "output/output_world")
"""Numbers of worlds, which count on from batch to batch."""
NUMBERS = ("world", "goroutines/entry", "leaks/leak", "output/text_entry")
"""Coordinates that are counted anew."""


def merge_batches(batches: list[Arrays]) -> Arrays:
    """Returns the arrays of all batches' worlds; the batches have the same points."""
    merged = dict(batches[0])
    for name in sorted({name for batch in batches for name in batch}):
        parts = [batch[name] for batch in batches if name in batch]
        group, _, variable = name.rpartition("/")
        if name in WORLDS_OF:
            starts = np.cumsum([0, *(len(batch["world"]) for batch in batches)])
            merged[name] = np.concatenate([batch[name] + start for batch, start in zip(batches, starts, strict=False) if name in batch])
        elif name in ("points/worlds", "points/actions", "lifetimes/alive") or (group in FAMILIES and variable in SUMS):
            merged[name] = np.sum(parts, axis=0, dtype=parts[0].dtype)
        elif group in ("leaks", "output", "worlds", "goroutines") or variable == "world_quantiles_ns" or name == "world":
            merged[name] = np.concatenate(parts)
    for group in FAMILIES:
        if f"{group}/counts" in merged:
            _extremes(merged, batches, group)
    if "goroutines/entry" in merged:
        _entries(merged)
    for name in NUMBERS:
        if name in merged:
            merged[name] = np.arange(len(merged[name]))
    return merged


def _extremes(merged: Arrays, batches: list[Arrays], group: str) -> None:
    """Merges the least and the greatest values of a family of histograms; its quantiles follow."""
    seen = np.stack([batch[f"{group}/count"] > 0 for batch in batches])
    least, most = (np.stack([batch[f"{group}/{name}"] for batch in batches]) for name in ("least_ns", "most_ns"))
    least = np.where(seen, least, np.iinfo(np.int64).max).min(axis=0)
    merged[f"{group}/least_ns"] = np.where(seen.any(axis=0), least, 0)
    merged[f"{group}/most_ns"] = most.max(axis=0)
    merged[f"{group}/quantiles_ns"] = quantiles(merged[f"{group}/counts"], QUANTILES, merged[f"{group}/least_ns"], merged[f"{group}/most_ns"])


def _entries(merged: Arrays) -> None:
    """Adds up the counts of goroutines that stand at the same place for the same reason, in the order of their texts."""
    keys = [name for name in by_path() if name.startswith("goroutines/goroutine_") and not name.endswith("_count")]
    sums: dict[tuple[Any, ...], int] = {}
    for *key, count in zip(*(merged[name].tolist() for name in [*keys, "goroutines/goroutine_count"]), strict=True):
        sums[tuple(key)] = sums.get(tuple(key), 0) + count
    order = sorted(sums)
    for column, name in enumerate(keys):
        merged[name] = np.array([key[column] for key in order], merged[name].dtype)
    merged["goroutines/goroutine_count"] = np.array([sums[key] for key in order], np.int64)
    merged["goroutines/entry"] = np.arange(len(order))
