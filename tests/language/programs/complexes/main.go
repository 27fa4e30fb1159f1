// Program complexes: arithmetic, comparison and printing of complex numbers.
package main

import (
	"fmt"
	"math"
)

type z complex128

var table = []complex128{0, 1, 1i, -1 - 1i, 2.5 + 3i, 1e300 + 1e300i, 1e-300 - 2e-300i}

func all(f func(x, y complex128)) {
	for _, x := range table {
		for _, y := range table {
			f(x, y)
		}
	}
}

func main() {
	all(func(x, y complex128) { fmt.Println(x+y, x-y, x*y, -x, x == y, x != y) })
	all(func(x, y complex128) {
		q := x / y
		fmt.Println(q, complex64(x)*complex64(y), complex64(x)/complex64(y))
	})
	inf, nan := math.Inf(1), math.NaN()
	for _, x := range []complex128{complex(inf, 1), complex(1, -inf), complex(nan, 1), complex(inf, nan)} {
		fmt.Println(x*(2-1i), x/(2-1i), (2-1i)/x, x/0, x == x)
	}
	c := complex(3, -4)
	fmt.Println(real(c), imag(c), math.Sqrt(real(c)*real(c)+imag(c)*imag(c)))
	small := complex64(c) + 0.1
	fmt.Println(small, real(small), complex128(small) == c+0.1)
	c += 1i
	c *= c
	fmt.Println(c, z(c), complex(float32(1), 2))
	m := map[complex128]string{1i: "i", 0: "zero"}
	fmt.Println(m[1i], m[complex(0, math.Copysign(0, -1))], len(m[2]))
	var x any = c
	y, ok := x.(complex128)
	_, no := x.(complex64)
	fmt.Println(y == c, ok, no, x == any(c), x == any(complex64(c)))
	array := [2]complex64{1, 2i}
	array[1] /= 2
	fmt.Println(array == [2]complex64{1, 1i}, len(array))
	ch := make(chan complex128, 1)
	ch <- c
	fmt.Println(<-ch)
}
