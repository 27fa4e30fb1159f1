module gpusched/work

go 1.25
