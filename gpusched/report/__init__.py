"""Reports from results: the summary table and the studies' figures."""
