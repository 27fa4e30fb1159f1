"""Counter-based random numbers and the integer quantile tables of distributions: the host's reference of what goruntime/rand.py does on the device."""
