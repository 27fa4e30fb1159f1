// An index beyond a string.
package main

import "fmt"

func at(s string, i int) byte { return s[i] }

func main() {
	fmt.Println(at("gopher", 5))
	fmt.Println(at("gopher", 6))
}
