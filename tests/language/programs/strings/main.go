// Strings as values: concatenation, comparison, indexing, slicing, bytes, length, switch.
package main

import "fmt"

func kind(s string) int {
	switch s {
	case "":
		return 0
	case "go", "gopher":
		return 1
	case "rust":
		return 2
	}
	return 3
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

func digits(n int) string {
	if n == 0 {
		return "0"
	}
	text := ""
	for ; n > 0; n /= 10 {
		text = string([]byte{byte('0' + n%10)}) + text
	}
	return text
}

func main() {
	a := "hello"
	b := a + ", " + "world"
	fmt.Println(b, len(b), b[4], b[7:], b[:5] == a, b[3:3] == "")
	a += "!"
	fmt.Println(a, a < b, a > b, a <= a, "abc" < "abd", "ab" < "abc", "" < "a")
	fmt.Println(kind(""), kind("go"+"pher"), kind("rust"), kind(a))
	fmt.Println(reverse("stressed"), digits(90210), digits(0))
	count := 0
	for i := 0; i < len(b); i++ {
		if b[i] == 'l' || b[i] == 'o' {
			count++
		}
	}
	fmt.Println(count)
	all := ""
	for i := 0; i < 10; i++ {
		all += digits(i * i)
	}
	fmt.Println(all)
	names := []string{"b", "", "a"}
	least := names[0]
	for _, n := range names {
		least = min(least, n)
	}
	fmt.Println(least == "", max("x", "y"))
	bytes := []byte("data")
	kept := string(bytes)
	bytes[0] = 'D'
	fmt.Println(kept, string(bytes))
}
