"""The model beside the real runtime: calibration of a machine's costs, and comparison of workloads."""
