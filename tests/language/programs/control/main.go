// Control flow: labelled break and continue, goto, switch with fallthrough, ranges over integers.
package main

import "fmt"

func classify(n int) string {
	switch {
	case n < 0:
		return "negative"
	case n == 0:
		return "zero"
	default:
		return "positive"
	}
}

func falling(n int) (steps int) {
	switch n {
	case 1:
		steps++
		fallthrough
	case 2:
		steps += 10
		fallthrough
	default:
		steps += 100
	case 3:
		steps += 1000
	}
	return
}

func main() {
outer:
	for i := 0; i < 5; i++ {
		for j := 0; j < 5; j++ {
			if j == i {
				continue outer
			}
			if i*j == 6 {
				break outer
			}
			fmt.Print(i, j, " ")
		}
	}
	fmt.Println()
	n := 0
again:
	n++
	if n < 7 {
		goto again
	}
	fmt.Println(n, classify(-1), classify(0), classify(1))
	fmt.Println(falling(1), falling(2), falling(3), falling(4))
	for i := range 3 {
		switch i {
		case 1:
			continue
		}
		fmt.Print(i, " ")
	}
	for range 2 {
		fmt.Print("x ")
	}
	fmt.Println()
loop:
	for {
		switch n--; {
		case n < 3:
			break loop
		case n == 5:
			break
		default:
			fmt.Print(n, " ")
		}
	}
	fmt.Println(n)
	if m := n * n; m > 3 {
		fmt.Println("big", m)
	} else if m == 1 {
		fmt.Println("one")
	} else {
		fmt.Println("small")
	}
	for i, j := 0, 10; i < j; i, j = i+1, j-2 {
		fmt.Print(j-i, " ")
	}
	fmt.Println()
	if n > 0 {
		goto end
	}
	fmt.Println("not reached")
end:
	fmt.Println("end")
}
