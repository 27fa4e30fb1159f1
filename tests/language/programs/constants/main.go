// Constants: iota, typed and untyped, big intermediate values, shadowing.
package main

import (
	"fmt"
	"time"
)

type weekday int

const (
	sunday weekday = iota
	monday
	tuesday
	_
	thursday
)

const (
	kilo = 1 << (10 * (iota + 1))
	mega
	giga
)

const (
	huge          = 1 << 100
	small         = huge >> 98
	letter        = 'a' + 1
	name          = "go" + "pher"
	long          = len(name)
	mask   uint8  = ^uint8(0) >> 2
	limit  uint64 = 1<<64 - 1
	wait          = 3 * time.Millisecond
	third         = 1.0 / 4
	enough bool   = small > 3
)

func main() {
	fmt.Println(int(sunday), int(monday), int(tuesday), int(thursday))
	fmt.Println(kilo, mega, giga)
	fmt.Println(small, letter, name, long, mask, limit, int64(wait), enough)
	const kilo = 7
	fmt.Println(kilo, int(third*8))
	var x uint8 = 200
	fmt.Println(x+mask, x/3*3, -7/2, -7%3)
}
