"""What very many goroutines cost: time of an action as their number grows, and bytes of a parked one."""

import time

import numpy as np

from benchmarks.measure import PROGRAMS, Bench, Figure, middle, prepare, record

NUMBERS = (1_000, 10_000, 100_000, 1_000_000)
ACTIONS = 4_000_000
REPEATS = 5
RECEIVERS = 50_000


def yields(number: int, random: bool) -> Bench:
    """Prepares one world of so many goroutines that take turns by Gosched on one P; its tables begin large enough."""
    rows = number + 1000
    capacities = {"gs": rows, "pages": rows // 4 + 1000, **({"chans": rows, "sudogs": rows} if random else {})}
    constants = (f"workload.const.goroutines={number}", f"workload.const.random={str(random).lower()}")
    return prepare(PROGRAMS / "yields", "machine=small_vm", "machine.gomaxprocs=1", "limits.max_actions=1000000000", *constants, capacities=capacities)


def turn_ns(number: int, random: bool) -> float:
    """Wall ns of an action once all goroutines take turns: median of repeats of 4 M actions each."""
    bench = yields(number, random)
    engine, state = bench.engine, bench.state()
    done = 0
    while not done or np.any(engine.worlds(state)["overflow"]) or engine.worlds(state)[0]["live"] <= number:
        state = engine.advance(engine.grow(state) if done else state, number * (12 if random else 6) + 1000)
        done += 1
    took = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        state = engine.advance(state, ACTIONS)
        took.append((time.perf_counter() - start) / ACTIONS * 1e9)
    rows = engine.worlds(state)[0]
    assert rows["live"] == number + 1
    assert rows["status"] == 0
    assert not np.any(engine.table(state, "gs")["status"][0] == 4), "a goroutine waits"
    return middle(took)


def used_bytes(receivers: int) -> dict[str, int]:
    """Bytes that the fan-out workload's world has used of each table at its end: rows up to the highest in use, pages up to the highest in use."""
    rows = 2 * RECEIVERS + 1000
    capacities = {"gs": rows, "sudogs": rows, "pages": rows // 4}
    bench = prepare("fanout", "machine=small_vm", "machine.gomaxprocs=1", f"workload.const.receivers={receivers}", capacities=capacities)
    engine, state = bench.engine, bench.state()
    while not np.all(engine.worlds(state)["status"]):
        state = engine.advance(state, 1 << 20)
        if np.any(engine.worlds(state)["overflow"]):
            state = engine.grow(state)
    row = engine.worlds(state)[0]
    assert row["status"] == 1
    assert row["collections"] == 0, "a collection hides what was used"
    assert row["peak"] == receivers + 1
    sizes = {name: engine.table(state, name).dtype.itemsize for name in ("gs", "sudogs", "chans", "timers", "pages")}
    tops = {"gs": "allgs", "sudogs": "sudog_top", "chans": "chan_top", "timers": "timer_top", "pages": "page_top"}
    used = {name: int(row[top]) * sizes[name] for name, top in tops.items()}
    used["words"] = int(row["page_top"]) * 128 * 8
    used["touched"] = int(row["allgs"]) * engine.table(state, "touched").dtype.itemsize
    return used


def parked() -> list[Figure]:
    """Bytes of a parked goroutine: what N more receivers add, divided by N."""
    few, many = used_bytes(RECEIVERS), used_bytes(2 * RECEIVERS)
    each = {name: (many[name] - few[name]) / RECEIVERS for name in few}
    named = {"gs": "row of G", "sudogs": "sudog", "words": "frame and closure", "pages": "share of the page table", "touched": "where it ran last"}
    parts = [Figure(f"parked goroutine: {named.get(name, name)}", value, "bytes") for name, value in each.items() if value > 0.01]
    return [
        Figure("parked goroutine, all told", sum(each.values()), "bytes", 200, at_most=True),
        *parts,
    ]


def main() -> None:
    """Measures, prints, records."""
    figures = []
    for random, target, name in ((False, 3, "in turn"), (True, 12, "random order")):
        took = {number: turn_ns(number, random) for number in NUMBERS}
        figures.append(Figure(f"{name}: 10^6 against 10^3", took[NUMBERS[-1]] / took[NUMBERS[0]], "x", target, at_most=True))
        figures += [Figure(f"{name}: an action at {number:,} goroutines", ns, "ns") for number, ns in took.items()]
    notes = [
        "An action at N goroutines: Gosched and execute in turn, on one P, after all goroutines have come to it; creation is not in it.",
        "Random order: each waits on a channel of its own and main wakes them in a random permutation, in which they then take turns.",
        "Bytes: highest row or page in use at the end of fan-out with N and 2 N receivers, nothing collected, the difference divided by N.",
    ]
    record("goroutines", [*figures, *parked()], notes=notes)


if __name__ == "__main__":
    main()
