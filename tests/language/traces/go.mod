module example/traces

go 1.27
