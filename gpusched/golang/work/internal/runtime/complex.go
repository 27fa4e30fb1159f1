//go:build gpusched

package runtime

const (
	signBit  = 1 << 63
	infinity = 0x7FF << 52
)

// complex128div is n / m by Smith's way of scaling; what it says of infinities and zeros is what annex G of C99 says.
func complex128div(n, m complex128) complex128 {
	a, b, c, d := real(n), imag(n), real(m), imag(m)
	var x, y float64
	if abs(c) >= abs(d) {
		ratio := d / c
		by := c + ratio*d
		x, y = (a+b*ratio)/by, (b-a*ratio)/by
	} else {
		ratio := c / d
		by := d + ratio*c
		x, y = (a*ratio+b)/by, (b*ratio-a)/by
	}
	if x == x || y == y {
		return complex(x, y)
	}
	large := float(infinity)
	switch {
	case c == 0 && d == 0 && (a == a || b == b):
		large = float(bits(large) | bits(c)&signBit)
		x, y = large*a, large*b
	case (isInf(a) || isInf(b)) && isFinite(c) && isFinite(d):
		a, b = unit(a), unit(b)
		x, y = large*(a*c+b*d), large*(b*c-a*d)
	case (isInf(c) || isInf(d)) && isFinite(a) && isFinite(b):
		c, d = unit(c), unit(d)
		x, y = 0*(a*c+b*d), 0*(b*c-a*d)
	}
	return complex(x, y)
}

// abs is f without its sign.
func abs(f float64) float64 { return float(bits(f) &^ signBit) }

// isInf says whether f is an infinity.
func isInf(f float64) bool { return bits(f)&^signBit == infinity }

// isFinite says whether f is neither an infinity nor NaN.
func isFinite(f float64) bool { return bits(f)&^signBit < infinity }

// unit is 1 for infinities and 0 for others, with f's sign.
func unit(f float64) float64 {
	g := bits(f) & signBit
	if isInf(f) {
		g |= bits(1)
	}
	return float(g)
}
