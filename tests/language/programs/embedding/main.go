// Embedding: promoted fields and methods, shadowing, embedded pointers and interfaces.
package main

import "fmt"

type animal struct {
	name string
	legs int
}

func (a animal) describe() string { return a.name }
func (a *animal) grow()           { a.legs++ }

type dog struct {
	animal
	loud bool
}

type puppy struct {
	*dog
	age int
}

func (p puppy) describe() string { return "little " + p.dog.describe() }

type describer interface{ describe() string }

type loudly struct{ describer }

func (l loudly) describe() string { return l.describer.describe() + "!" }

type both struct {
	describer
	count int
}

func main() {
	d := dog{animal{"rex", 4}, true}
	d.grow()
	fmt.Println(d.name, d.legs, d.describe(), d.animal.legs)
	p := puppy{&d, 1}
	p.grow()
	p.name = "max"
	fmt.Println(d.legs, d.name, p.describe(), p.dog.describe())
	var x describer = p
	fmt.Println(loudly{x}.describe(), both{d, 2}.describe(), both{loudly{d}, 3}.describe())
	f := p.grow
	f()
	fmt.Println(d.legs)
}
