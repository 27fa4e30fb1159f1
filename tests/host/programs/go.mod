module host

go 1.25

require gpusched/work v0.0.0

replace gpusched/work => ../../../gpusched/golang/work
