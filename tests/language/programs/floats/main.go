// Floats: + - * /, comparison, conversion, rounding of float32.
package main

import "fmt"

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

func root(x float64) float64 {
	z := x
	for i := 0; i < 50; i++ {
		z -= (z*z - x) / (2 * z)
	}
	return z
}

func main() {
	fmt.Println(int(mean([]float64{1, 2, 4.5})*1e6), int64(root(2)*1e15))
	a, b := 0.1, 0.2
	fmt.Println(a+b == 0.3, a+b > 0.3, a < b, a != b, -a < 0)
	f := float32(16777216)
	fmt.Println(f+1 == f, int(f/3), float64(float32(a)) == a)
	for _, x := range []float64{2.5, -2.5, 0.99, 1e9 + 0.5} {
		fmt.Print(int(x), " ", int32(int64(x)), " ", uint8(int(x)), " ")
	}
	fmt.Println()
	zero := a - a
	nan, inf := zero/zero, 1/zero
	fmt.Println(nan == nan, nan < 1, nan != nan, inf > 1e308, -inf < inf)
	n := 7
	fmt.Println(int(float64(n)*1.5), int(100*(float64(n)/3)))
	fmt.Println(1.5, 2.0, 1e21, 0.1, 1e-7, float32(0.1), -3.25)
}
