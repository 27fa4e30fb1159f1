module order

go 1.25
