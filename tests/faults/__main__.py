"""``python -m tests.faults [WORD..]``: the faults whose names contain a WORD (default: all) one after the other, as a table."""

import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.faults.faults import FAULTS
from tests.faults.trial import Trials, Verdict


def main(words: list[str]) -> int:
    """Prints a line for no fault, where all tests must pass, and one for each fault; 1 where a verdict is not the wanted one."""
    faults = tuple(fault for fault in FAULTS if not words or any(word in fault.name for word in words))
    wanted = [(None, sorted({fault.noticed_by for fault in faults}), Verdict.GREEN), *((fault, [fault.noticed_by], Verdict.RED) for fault in faults)]
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="gpusched-faults-") as folder:
        trials = Trials(Path(folder), faults)
        for fault, tests, verdict in wanted:
            start = perf_counter()
            got, said = trials.run(tests, fault)
            name, test = (fault.name, fault.noticed_by.partition("::")[2]) if fault else ("no fault", f"all {len(tests)} tests")
            print(f"| {name} | {test} | {got.value} | {perf_counter() - start:.0f} s |", flush=True)
            if got is not verdict:
                wrong += 1
                print(said, file=sys.stderr)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
