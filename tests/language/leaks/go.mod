module example/leaks

go 1.27
