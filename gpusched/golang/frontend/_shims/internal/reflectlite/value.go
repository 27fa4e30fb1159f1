// Package reflectlite stands in place of Go's: it is package reflect under another name.
package reflectlite

import "reflect"

type (
	Type       = reflect.Type
	Value      = reflect.Value
	Kind       = reflect.Kind
	ValueError = reflect.ValueError
)

const (
	Ptr       = reflect.Pointer
	Interface = reflect.Interface
	Slice     = reflect.Slice
	String    = reflect.String
	Struct    = reflect.Struct
)

func TypeOf(i any) Type                { return reflect.TypeOf(i) }
func ValueOf(i any) Value              { return reflect.ValueOf(i) }
func Swapper(slice any) func(i, j int) { return reflect.Swapper(slice) }
