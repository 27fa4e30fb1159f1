package main

import (
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
)

type inner struct {
	flag bool
	n    int16
	x    any
}

type outer struct {
	a byte
	inner
	b     bool
	count atomic.Int64
	mu    sync.Mutex
	s     []string
	c     complex64
	d     [3]uint16
	e     float32
	_     struct{}
}

func show(t reflect.Type) {
	fmt.Println(t, t.Kind(), t.Size(), t.Align(), t.FieldAlign())
	if t.Kind() == reflect.Struct {
		for i := range t.NumField() {
			f := t.Field(i)
			fmt.Println(f.Name, f.Type, f.Offset, f.Index, f.Anonymous, f.IsExported())
		}
	}
}

func main() {
	show(reflect.TypeOf(outer{}))
	show(reflect.TypeOf(inner{}))
	show(reflect.TypeFor[*outer]())
	show(reflect.TypeFor[map[string]int]())
	show(reflect.TypeFor[error]())
	show(reflect.TypeFor[[5]int32]())
	show(reflect.TypeFor[chan bool]())
	show(reflect.TypeFor[uint8]())
	show(reflect.TypeFor[struct{}]())
}
