"""Statistics of results: histograms, quantiles, confidence intervals, Go's time histogram."""
