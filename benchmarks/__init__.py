"""Speed of the simulator against its targets: ``python -m benchmarks.NAME`` measures, ``python -m benchmarks.report`` makes RESULTS.md."""
