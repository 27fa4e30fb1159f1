module gpusched/experiments/concurrency_bugs

go 1.27
