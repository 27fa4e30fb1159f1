"""``python -m tests.faults.seeded ARGUMENTS..``: pytest in a seeded copy of the sources, where all worlds have the fault that SEEDED_FAULT numbers."""

import os
import sys
from typing import Any

import pytest
import warp

import gpusched.engine.warp as module


class SeededEngine(module.WarpEngine):
    """An engine whose worlds have a fault."""

    def init(self, params: Any, initial: Any) -> module.State:
        """Sets the number of the fault, then makes the state."""
        params["fault"] = int(os.environ["SEEDED_FAULT"])
        return super().init(params, initial)


if __name__ == "__main__":
    warp.config.optimization_level = 0  # pyright: ignore[reportAttributeAccessIssue]
    module.WarpEngine = SeededEngine
    sys.exit(pytest.main(sys.argv[1:]))
