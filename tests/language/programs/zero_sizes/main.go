// Values without words: arrays of them under an index, at the end of a struct, as keys, elements and captured variables; addresses of package variables.
package main

import "fmt"

type tail struct {
	n    int
	none [4]struct{}
}

var first, second int

func last(n int) int {
	var at int
	var none [5]struct{}
	for at = range none {
		none[at] = struct{}{}
	}
	t := tail{n: n}
	for i := range t.none {
		t.none[i] = struct{}{}
		p := &t.none[i]
		*p = struct{}{}
	}
	return at + t.n
}

func main() {
	fmt.Println(last(3))
	var i int
	for i = range [5]struct{}{} {
	}
	fmt.Println(i)
	func() {
		defer func() { fmt.Println(recover()) }()
		var none [2]struct{}
		i := 2
		none[i%3] = struct{}{}
	}()
	set := map[[0]int]struct{}{}
	set[[0]int{}] = struct{}{}
	c := make(chan struct{}, 3)
	c <- struct{}{}
	many := make([]struct{}, 7)
	many = append(many, struct{}{})
	fmt.Println(len(set), len(c), len(many), many[5:])
	fmt.Println(&first == &second, &first == &first, &first != &second)
	if &first == &second {
		fmt.Println("the same")
	}
}
