// A panic with a float of a named type.
package main

type degrees float64

func main() {
	panic(degrees(36.6))
}
