"""``python -m tests.faults [NAME..]``: the faults whose names contain a NAME (default: all) one after the other, as a table."""

import sys
from time import perf_counter

from tests.faults.faults import FAULTS
from tests.faults.trial import Verdict, run


def main(words: list[str]) -> int:
    """Prints a line for the unharmed sources, where all tests must pass, and one for each fault; 1 where a verdict is not the wanted one."""
    chosen = [fault for fault in FAULTS if not words or any(word in fault.name for word in words)]
    trials = [(None, sorted({fault.test for fault in chosen}), Verdict.GREEN), *((fault, [fault.test], Verdict.RED) for fault in chosen)]
    wrong = 0
    for fault, tests, wanted in trials:
        start = perf_counter()
        verdict, said = run(tests, fault)
        name = fault.name if fault else "no fault"
        test = fault.row if fault else f"{len(tests)} tests"
        print(f"| {name} | {test} | {verdict.value} | {perf_counter() - start:.0f} s |", flush=True)
        if verdict is not wanted:
            wrong += 1
            print(said, file=sys.stderr)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
