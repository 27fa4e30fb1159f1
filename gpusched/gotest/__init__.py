"""``gpusched test``: a package's tests in simulated time, one world for each test function."""
