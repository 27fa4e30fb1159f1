// Integers of all sizes: wrap-around, division, remainder, shifts, bit operations, conversions.
package main

import "fmt"

func signed8(a, b int8) {
	fmt.Println(a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, a&^b, -a, ^a, a<<1, a>>1)
}
func signed16(a, b int16) {
	fmt.Println(a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, a&^b, -a, ^a, a<<1, a>>1)
}
func signed32(a, b int32) {
	fmt.Println(a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, a&^b, -a, ^a, a<<1, a>>1)
}
func signed64(a, b int64) {
	fmt.Println(a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, a&^b, -a, ^a, a<<1, a>>1)
}
func plain(a, b int)   { fmt.Println(a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, a&^b, -a, ^a, a<<1, a>>1) }
func bytes(a, b uint8) { fmt.Println(a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, a&^b, -a, ^a, a<<1, a>>1) }
func words16(a, b uint16) {
	fmt.Println(a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, a&^b, -a, ^a, a<<1, a>>1)
}
func words32(a, b uint32) {
	fmt.Println(a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, a&^b, -a, ^a, a<<1, a>>1)
}
func words64(a, b uint64) {
	fmt.Println(a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, a&^b, -a, ^a, a<<1, a>>1)
}
func unsigned(a, b uint) {
	fmt.Println(a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, a&^b, -a, ^a, a<<1, a>>1)
}
func pointers(a, b uintptr) {
	fmt.Println(a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, a&^b, -a, ^a, a<<1, a>>1)
}

func convert(x int64) {
	fmt.Println(int8(x), int16(x), int32(x), int(x), uint8(x), uint16(x), uint32(x), uint64(x))
}

func shifts(x int64, u uint64, n uint) {
	fmt.Println(x<<n, x>>n, u<<n, u>>n, int32(x)<<n, int32(x)>>n, uint8(u)<<n, uint8(u)>>n)
}

func compare(a, b int64, c, d uint64) {
	fmt.Println(a == b, a != b, a < b, a <= b, a > b, a >= b)
	fmt.Println(c == d, c != d, c < d, c <= d, c > d, c >= d)
}

func main() {
	signed8(-128, -1)
	signed8(100, 77)
	signed16(-32768, -1)
	signed16(30000, 12345)
	signed32(-2147483648, -1)
	signed32(2000000000, 1234567)
	signed64(-9223372036854775808, -1)
	signed64(9000000000000000000, -7)
	plain(-17, 5)
	plain(17, -5)
	bytes(200, 100)
	words16(60000, 10000)
	words32(4000000000, 3000000000)
	words64(18000000000000000000, 17)
	unsigned(3, 5)
	pointers(7, 9)
	for _, x := range []int64{0, -1, 127, 128, 255, 256, 40000, -40000, 1 << 31, 1<<32 + 5, -1 << 63} {
		convert(x)
	}
	for _, n := range []uint{0, 1, 7, 8, 31, 32, 63, 64, 1000} {
		shifts(-1234567890123, 0xfedcba9876543210, n)
	}
	compare(-1, 1, 1<<63, 1)
	compare(5, 5, 5, 5)
	a, b := 6, 4
	a, b = b, a
	a += 3
	b <<= 2
	a++
	b--
	fmt.Println(a, b, min(a, b), max(a, b, 100))
}
