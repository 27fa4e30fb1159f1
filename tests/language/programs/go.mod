module language

go 1.25
