// A nil pointer is dereferenced.
package main

import "fmt"

type node struct {
	value int
	next  *node
}

func main() {
	list := &node{1, nil}
	fmt.Println(list.value)
	fmt.Println(list.next.value)
}
