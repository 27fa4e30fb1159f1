module printed

go 1.25
