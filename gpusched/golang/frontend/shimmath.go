package main

// Functions of package math that are assembly on amd64, in Go: the same operations in the same order, so that results have the same bits.
// Those of Exp that are fused are so where the processor has FMA.
const (
	amd64Exp = `
func amd64Exp(x float64) float64 {
	if x != x || x > MaxFloat64 {
		return x
	}
	if x > 7.09782712893384e+02 {
		return Inf(1)
	}
	k := RoundToEven(x * 1.4426950408889634073599246810018920)
	if k < -1100 {
		return 0
	}
	x = FMA(-0.69314718055966295651160180568695068359375, k, x)
	x = FMA(-0.28235290563031577122588448175013436025525412068e-12, k, x) * 0.0625
	y := FMA(x, 2.4801587301587301587e-5, 1.9841269841269841270e-4)
	y = FMA(x, y, 1.3888888888888888889e-3)
	y = FMA(x, y, 8.3333333333333333333e-3)
	y = FMA(x, y, 4.1666666666666666667e-2)
	y = FMA(x, y, 1.6666666666666666667e-1)
	y = FMA(x, y, 0.5)
	x *= FMA(x, y, 1)
	x *= x + 2
	x *= x + 2
	x *= x + 2
	x = FMA(x+2, x, 1)
	n := int(k) + 0x3FF
	switch {
	case n >= 0x7FF:
		return Inf(1)
	case n > 0:
		return x * Float64frombits(uint64(n)<<52)
	case n < -52:
		return 0
	}
	return x * Float64frombits(uint64(n+0x3FE)<<52) * Float64frombits(1<<52)
}
`
	amd64Log = `
func amd64Log(x float64) float64 {
	b := Float64bits(x)
	switch {
	case b<<1 == 0:
		return Inf(-1)
	case b>>63 != 0:
		return NaN()
	case b>>52 == 0x7FF:
		return x
	}
	f, k := Float64frombits(b&(1<<52-1)|0x3FE<<52), float64(int(b>>52)-0x3FE)
	if f <= 7.07106781186547524401e-01 {
		f, k = 2*f, k-1
	}
	f--
	s := f / (2 + f)
	s2 := s * s
	s4 := s2 * s2
	t1 := s2 * (6.666666666666735130e-01 + s4*(2.857142874366239149e-01+s4*(1.818357216161805012e-01+s4*1.479819860511658591e-01)))
	t2 := s4 * (3.999999999940941908e-01 + s4*(2.222219843214978396e-01+s4*1.531383769920937332e-01))
	half := 0.5 * f * f
	return k*6.93147180369123816490e-01 - ((half - (s*(half+(t1+t2)) + k*1.90821492927058770002e-10)) - f)
}
`
	amd64Hypot = `p, q = Abs(p), Abs(q)
	switch {
	case p > MaxFloat64 || q > MaxFloat64:
		return Inf(1)
	case p != p || q != q:
		return NaN()
	case p == 0 && q == 0:
		return 0
	}
	if p < q {
		p, q = q, p
	}
	q /= p
	return p * Sqrt(q*q+1)`
)
