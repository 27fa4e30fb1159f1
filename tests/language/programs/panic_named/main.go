// A panic with a value of a named basic type.
package main

type code uint8

func main() {
	panic(code(7))
}
