// Printing functions as values, and addresses taken apart by net/url.
package main

import (
	"fmt"
	"net/url"
)

var p = fmt.Println

func each(xs []int, f func(...any) (int, error)) {
	for _, x := range xs {
		f(x, "of", len(xs))
	}
}

func main() {
	p("a", 1, []string{"x"})
	each([]int{1, 2}, fmt.Println)
	q := fmt.Printf
	n, err := q("%d %v\n", 3, struct{ a, b int }{1, 2})
	fmt.Println(n, err)
	u, err := url.Parse("postgres://user:pass@host.com:5432/path?k=v&k=w#f")
	fmt.Println(u.Scheme, u.User.Username(), u.Host, u.Port(), u.Path, u.Fragment, u.Query()["k"], err)
	_, err = url.Parse("http://[::1")
	fmt.Println(err)
}
