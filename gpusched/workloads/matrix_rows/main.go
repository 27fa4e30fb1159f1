// Matrix_rows multiplies two square matrices of floats, a goroutine for each row
// of the product, and a channel that says which rows are done. There is no work
// call: multiplications, loads and checked indices take the time.
package main

import "fmt"

const size = 96

type matrix [][]float64

func made(n int, value func(row, column int) float64) matrix {
	m := make(matrix, n)
	for r := range m {
		m[r] = make([]float64, n)
		for c := range m[r] {
			m[r][c] = value(r, c)
		}
	}
	return m
}

// row computes a row of the product a b.
func row(a []float64, b matrix, out []float64) {
	for c := range out {
		sum := 0.0
		for k, x := range a {
			sum += x * b[k][c]
		}
		out[c] = sum
	}
}

func main() {
	a := made(size, func(r, c int) float64 { return float64(r-c) / float64(size) })
	b := made(size, func(r, c int) float64 { return float64(r*c%7) - 3 })
	product := made(size, func(r, c int) float64 { return 0 })
	done := make(chan int)
	for r := range product {
		go func() {
			row(a[r], b, product[r])
			done <- r
		}()
	}
	for range product {
		<-done
	}
	sum := 0.0
	for i := range product {
		sum += product[i][size-1-i]
	}
	fmt.Printf("sum of the other diagonal %.6f\n", sum)
}
