"""M/M/1 in Cimba, run by an interpreter that has it: ``cimba_mm1.py CUSTOMERS RHO`` prints seconds and the mean sojourn time as JSON."""

import json
import sys
import time

import cimba as cb
from cimba import inputs

CUSTOMERS, RHO = int(sys.argv[1]), float(sys.argv[2])


class Queue(cb.Model):
    """A source and a server around a store of arrival times."""

    gap: cb.Input[float] = inputs.dist.exponential(mean=1 / RHO)
    length: cb.Input[float] = inputs.dist.exponential(mean=1)
    customers: cb.Param[int] = CUSTOMERS
    queue: cb.Store[float]
    mean: cb.Output[float]

    @cb.process
    def source(self):
        """Puts each arrival's time."""
        for _ in range(self.customers):
            cb.hold(self.gap.next())
            self.queue.put(cb.now())

    @cb.process
    def server(self):
        """Serves in order of arrival and adds up the times spent."""
        total = 0.0
        for _ in range(self.customers):
            due = self.queue.get()
            cb.hold(self.length.next())
            total += cb.now() - due
        self.mean = total / self.customers


def main() -> None:
    """Runs once to compile, then once timed."""
    model = Queue()
    cb.Experiment(model, replications=1, seed=1).run(workers=1)
    experiment = cb.Experiment(model, replications=1, seed=2)
    start = time.perf_counter()
    results = experiment.run(workers=1)
    print(json.dumps({"seconds": time.perf_counter() - start, "mean": float(results[model].mean.values.ravel()[0])}))


if __name__ == "__main__":
    main()
