// A negative shift count.
package main

import "fmt"

func shift(x, n int) int { return x << n }

func main() {
	fmt.Println(shift(1, 5))
	fmt.Println(shift(1, -5))
}
