// Functions of package math that are assembly on amd64, and those that call them, give the same bits.
package main

import (
	"fmt"
	"math"
)

func main() {
	state, sum := uint64(1), uint64(0)
	uniform := func() float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11) / (1 << 53)
	}
	add := func(values ...float64) {
		for _, value := range values {
			sum = sum*1099511628211 ^ math.Float64bits(value)
		}
	}
	for i := range 300 {
		x := (uniform() - 0.5) * 1500
		if i%3 == 0 {
			x /= 400
		}
		y := uniform() * math.Pow(2, float64(i-150))
		add(math.Exp(x), math.Log(y), math.Log10(y), math.Log2(y), math.Log1p(y), math.Hypot(x, y), math.Pow(y, 3*uniform()))
		add(math.Sinh(x/100), math.Exp2(x/2), math.Cbrt(x), math.Sin(x), math.Atan2(x, y))
	}
	fmt.Println(sum)
	none := math.NaN()
	for _, x := range []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), none, 709.78, 709.79, -708.5, -745.1, -745.2, -1e300, 1e300, 5e-324, 1e-310, -1, 1} {
		fmt.Println(x, math.Exp(x), math.Log(x), math.Hypot(x, 3), math.Pow(2, x), math.Pow(x, 0.5), math.Pow(1.5, x))
	}
	fmt.Println(math.Hypot(none, math.Inf(-1)), math.Hypot(0, 0), math.Log(0.7071067811865476), math.Log(math.Sqrt2/2))
}
