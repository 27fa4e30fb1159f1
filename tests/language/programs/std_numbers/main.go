// Packages math, math/bits, cmp, and math/rand with a source of its own.
package main

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"math/rand"
	randv2 "math/rand/v2"
)

func main() {
	for _, x := range []float64{0, -0.5, 2.5, -2.5, 1e300, math.Inf(1), math.NaN(), 3} {
		fmt.Println(math.Floor(x), math.Ceil(x), math.Trunc(x), math.Round(x), math.RoundToEven(x), math.Abs(x), math.Sqrt(x), math.IsNaN(x), math.IsInf(x, 0), math.Signbit(x))
		whole, frac := math.Modf(x)
		f, e := math.Frexp(x)
		fmt.Println(whole, frac, f, e, math.Max(x, 1), math.Min(x, 1), math.Copysign(x, -1), math.Mod(x, 2), math.Ldexp(0.75, 3), math.Float64bits(x))
	}
	fmt.Println(math.MaxInt64, math.MaxUint32, math.SmallestNonzeroFloat64, math.MaxFloat32, math.Pi)
	for _, x := range []float32{1, -1.5, 0.1, 1.5e-38, 3.4e38, float32(math.Inf(-1))} {
		b := math.Float32bits(x)
		fmt.Println(x, b, math.Float32frombits(b) == x, math.Float32frombits(b+1))
	}
	fmt.Println(math.FMA(2, 3, 4), math.Cbrt(27), math.Dim(5, 3), math.Remainder(5, 3), math.Nextafter(1, 2))
	fmt.Println(bits.Len(255), bits.OnesCount64(1<<40-1), bits.TrailingZeros32(8), bits.Reverse8(1), bits.RotateLeft32(1, 31), bits.ReverseBytes16(0x1234), bits.LeadingZeros64(1))
	hi, lo := bits.Mul64(1<<63, 6)
	sum, carry := bits.Add64(1<<63, 1<<63, 1)
	quo, rem := bits.Div64(1, 5, 7)
	fmt.Println(hi, lo, sum, carry, quo, rem)
	fmt.Println(cmp.Compare(2.5, math.NaN()), cmp.Compare("a", "b"), cmp.Or(0, 3, 5), min(2, 1), max(2.5, 1))

	r := rand.New(rand.NewSource(42))
	fmt.Println(r.Int63(), r.Intn(100), r.Int31n(7), r.Float64(), r.Perm(6), r.Uint32(), r.NormFloat64(), r.ExpFloat64())
	r.Seed(-5)
	xs := []int{1, 2, 3, 4, 5}
	r.Shuffle(5, func(i, j int) { xs[i], xs[j] = xs[j], xs[i] })
	fmt.Println(r.Int63n(1e12), xs)
	p := randv2.New(randv2.NewPCG(1, 2))
	fmt.Println(p.Uint64(), p.IntN(100), p.Float64(), p.Perm(4), p.Int32N(9))
	for range 100 {
		if n := rand.Intn(10); n < 0 || n > 9 {
			fmt.Println(n)
		}
		if n := randv2.IntN(10); n < 0 || n > 9 {
			fmt.Println(n)
		}
	}
}
