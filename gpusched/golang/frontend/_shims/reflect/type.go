// Package reflect stands in place of Go's: it reads values by the table of types that the lowering writes into constant data.
//
// A type is its number; the value 0 is no type. What is declared without a body can not be simulated and is refused by name.
package reflect

import (
	"iter"
	"unsafe"
)

// Kind is the kind of a type.
type Kind uint

const (
	Invalid Kind = iota
	Bool
	Int
	Int8
	Int16
	Int32
	Int64
	Uint
	Uint8
	Uint16
	Uint32
	Uint64
	Uintptr
	Float32
	Float64
	Complex64
	Complex128
	Array
	Chan
	Func
	Interface
	Map
	Pointer
	Slice
	String
	Struct
	UnsafePointer
)

// Ptr is the old name of Pointer.
const Ptr = Pointer

const kindNames = "invalid bool int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr float32 float64 complex64 complex128 " +
	"array chan func interface map ptr slice string struct unsafe.Pointer "

// String is the kind's name.
func (k Kind) String() string {
	for start, i, n := 0, 0, uint(0); i < len(kindNames); i++ {
		if kindNames[i] == ' ' {
			if n == uint(k) {
				return kindNames[start:i]
			}
			start, n = i+1, n+1
		}
	}
	return "kind" + decimal(int(k))
}

func decimal(n int) string {
	if n < 10 {
		return string([]byte{byte('0' + n)})
	}
	return decimal(n/10) + string([]byte{byte('0' + n%10)})
}

// ChanDir is a channel type's direction.
type ChanDir int

const (
	RecvDir ChanDir = 1 << iota
	SendDir
	BothDir = RecvDir | SendDir
)

// String is the direction as it is written.
func (d ChanDir) String() string {
	switch d {
	case SendDir:
		return "chan<-"
	case RecvDir:
		return "<-chan"
	case BothDir:
		return "chan"
	}
	return "ChanDir" + decimal(int(d))
}

// Type is a Go type.
type Type interface {
	Align() int
	FieldAlign() int
	Method(int) Method
	Methods() iter.Seq[Method]
	MethodByName(string) (Method, bool)
	NumMethod() int
	Name() string
	PkgPath() string
	Size() uintptr
	String() string
	Kind() Kind
	Implements(u Type) bool
	AssignableTo(u Type) bool
	ConvertibleTo(u Type) bool
	Comparable() bool
	Bits() int
	ChanDir() ChanDir
	IsVariadic() bool
	Elem() Type
	Field(i int) StructField
	Fields() iter.Seq[StructField]
	FieldByIndex(index []int) StructField
	FieldByName(name string) (StructField, bool)
	FieldByNameFunc(match func(string) bool) (StructField, bool)
	In(i int) Type
	Ins() iter.Seq[Type]
	Key() Type
	Len() int
	NumField() int
	NumIn() int
	NumOut() int
	Out(i int) Type
	Outs() iter.Seq[Type]
	OverflowComplex(x complex128) bool
	OverflowFloat(x float64) bool
	OverflowInt(x int64) bool
	OverflowUint(x uint64) bool
	CanSeq() bool
	CanSeq2() bool
	number() rtype
}

// Method is one method of a type.
type Method struct {
	Name    string
	PkgPath string
	Type    Type
	Func    Value
	Index   int
}

// IsExported says whether the method is exported.
func (m Method) IsExported() bool { return m.PkgPath == "" }

// StructField is one field of a struct.
type StructField struct {
	Name      string
	PkgPath   string
	Type      Type
	Tag       StructTag
	Offset    uintptr
	Index     []int
	Anonymous bool
}

// IsExported says whether the field is exported.
func (f StructField) IsExported() bool { return f.PkgPath == "" }

// StructTag is the text behind a field.
type StructTag string

func (tag StructTag) Get(key string) string
func (tag StructTag) Lookup(key string) (value string, ok bool)

// The table of types: 45 bytes for each type from number 0 on, then lists of fields, sets of types and names. Numbers take three bytes.
const (
	rowBytes   = 45
	atKind     = 0  // Kind
	atFlags    = 1  // bits below
	atAlign    = 2  // in Go's own layout
	atName     = 3  // of %T: place and length
	atDefined  = 9  // name of a defined type: place and length
	atPackage  = 15 // its import path: place and length
	atElem     = 21
	atKey      = 24
	atLen      = 27 // elements of an array, fields of a struct, direction of a channel, methods of an interface
	atList     = 30 // of a struct: its fields; of an interface: a bit for each type that implements it
	atWords    = 33
	atBytes    = 36 // size in Go's own layout
	atSelf     = 39 // the pointer type whose element this is, 0 if the program has none
	atDistinct = 42 // the first type of the same underlying type

	flagComparable = 1 // == never panics because of the static type
	flagDirect     = 2 // the data word of an interface is the value
	flagDefined    = 4

	fieldBytes    = 16
	fieldName     = 0 // place and length
	fieldType     = 6
	fieldOffset   = 9 // words
	fieldFlags    = 12
	fieldPlace    = 13 // bytes in Go's own layout
	fieldEmbedded = 1
	fieldExported = 2
)

func types() string                                    // the table
func add(p unsafe.Pointer, n int) unsafe.Pointer       // n words on
func words(x any) (t rtype, data unsafe.Pointer)       // of an interface
func pack(t rtype, data unsafe.Pointer) any            // an interface
func allocate(t rtype, n int) unsafe.Pointer           // n zero values
func move(to, from unsafe.Pointer, n int)              // n words
func refuse(what string)                               // ends the world: it reached what is not simulated
func hash(t rtype, p unsafe.Pointer, seed int) uintptr // of the value at p, the same for equal values

func read(at int) int {
	t := types()
	return int(t[at]) | int(t[at+1])<<8 | int(t[at+2])<<16
}

func text(at int) string {
	start, n := read(at), read(at+3)
	return types()[start : start+n]
}

type rtype int

func (t rtype) number() rtype { return t }

func (t rtype) get(at int) int { return read(int(t)*rowBytes + at) }

func (t rtype) flags() int { return int(types()[int(t)*rowBytes+atFlags]) }

func (t rtype) kind() Kind { return Kind(types()[int(t)*rowBytes+atKind]) }

func (t rtype) words() int { return t.get(atWords) }

func (t rtype) elem() rtype { return rtype(t.get(atElem)) }

func (t rtype) must(k Kind, what string) {
	if t.kind() != k {
		panic("reflect: " + what + " of non-" + k.String() + " type " + t.String())
	}
}

func asType(t rtype) Type {
	if t == 0 {
		return nil
	}
	return t
}

func (t rtype) Kind() Kind       { return t.kind() }
func (t rtype) String() string   { return text(int(t)*rowBytes + atName) }
func (t rtype) Name() string     { return text(int(t)*rowBytes + atDefined) }
func (t rtype) PkgPath() string  { return text(int(t)*rowBytes + atPackage) }
func (t rtype) Align() int       { return int(types()[int(t)*rowBytes+atAlign]) }
func (t rtype) FieldAlign() int  { return t.Align() }
func (t rtype) Size() uintptr    { return uintptr(t.get(atBytes)) }
func (t rtype) Comparable() bool { return t.flags()&flagComparable != 0 }
func (t rtype) Bits() int        { return 8 * t.get(atBytes) }
func (t rtype) ChanDir() ChanDir { t.must(Chan, "ChanDir"); return ChanDir(t.get(atLen)) }
func (t rtype) Key() Type        { t.must(Map, "Key"); return asType(rtype(t.get(atKey))) }
func (t rtype) Len() int         { t.must(Array, "Len"); return t.get(atLen) }
func (t rtype) NumField() int    { t.must(Struct, "NumField"); return t.get(atLen) }

// Elem is the element type.
func (t rtype) Elem() Type {
	switch t.kind() {
	case Array, Chan, Map, Pointer, Slice:
		return t.elem()
	}
	panic("reflect: Elem of invalid type " + t.String())
}

// NumMethod is known of interface types alone.
func (t rtype) NumMethod() int {
	if t.kind() != Interface {
		refuse("reflect.Type.NumMethod of " + t.String() + ", which is no interface type; write the methods out")
	}
	return t.get(atLen)
}

// implements says whether t, no interface type, has the methods of the interface type u.
func (t rtype) implements(u rtype) bool {
	return u.get(atLen) == 0 || types()[u.get(atList)+int(t)/8]>>(uint(t)%8)&1 != 0
}

// Implements says whether t has the methods of the interface type u.
func (t rtype) Implements(u Type) bool {
	if u == nil {
		panic("reflect: nil type passed to Type.Implements")
	}
	if u.Kind() != Interface {
		panic("reflect: non-interface type passed to Type.Implements")
	}
	return t == u.number() || t.implements(u.number())
}

// AssignableTo says whether a value of type t can be assigned to type u.
func (t rtype) AssignableTo(u Type) bool {
	if u == nil {
		panic("reflect: nil type passed to Type.AssignableTo")
	}
	return t.assignable(u.number())
}

func (t rtype) assignable(u rtype) bool {
	if t == u || u.kind() == Interface && t.implements(u) {
		return true
	}
	return t.get(atDistinct) == u.get(atDistinct) && (t.flags()&flagDefined == 0 || u.flags()&flagDefined == 0)
}

// Field is the i'th field of a struct type.
func (t rtype) Field(i int) StructField {
	t.must(Struct, "Field")
	if i < 0 || i >= t.get(atLen) {
		panic("reflect: Field index out of bounds")
	}
	at := t.get(atList) + i*fieldBytes
	flags := types()[at+fieldFlags]
	f := StructField{Name: text(at + fieldName), Type: rtype(read(at + fieldType)), Offset: uintptr(read(at + fieldPlace)), Index: []int{i},
		Anonymous: flags&fieldEmbedded != 0}
	if flags&fieldExported == 0 {
		f.PkgPath = t.PkgPath()
		if f.PkgPath == "" {
			f.PkgPath = "main"
		}
	}
	return f
}

// FieldByName finds a field of the struct itself, or of what it embeds.
func (t rtype) FieldByName(name string) (StructField, bool) {
	for i := range t.NumField() {
		if f := t.Field(i); f.Name == name {
			return f, true
		}
	}
	for i := range t.NumField() {
		f := t.Field(i)
		inner := f.Type
		if f.Anonymous && inner.Kind() == Pointer {
			inner = inner.Elem()
		}
		if f.Anonymous && inner.Kind() == Struct {
			if found, ok := inner.FieldByName(name); ok {
				found.Index = append([]int{i}, found.Index...)
				return found, true
			}
		}
	}
	return StructField{}, false
}

// Fields ranges over the fields.
func (t rtype) Fields() iter.Seq[StructField] {
	return func(yield func(StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

func (t rtype) Method(int) Method
func (t rtype) Methods() iter.Seq[Method]
func (t rtype) MethodByName(string) (Method, bool)
func (t rtype) IsVariadic() bool
func (t rtype) FieldByIndex(index []int) StructField
func (t rtype) FieldByNameFunc(match func(string) bool) (StructField, bool)
func (t rtype) In(i int) Type
func (t rtype) Ins() iter.Seq[Type]
func (t rtype) NumIn() int
func (t rtype) NumOut() int
func (t rtype) Out(i int) Type
func (t rtype) Outs() iter.Seq[Type]
func (t rtype) OverflowComplex(x complex128) bool
func (t rtype) CanSeq() bool
func (t rtype) CanSeq2() bool

// TypeOf is the type of what an interface holds, nil for nothing.
func TypeOf(i any) Type {
	t, _ := words(i)
	return asType(t)
}

// TypeFor is the type T.
func TypeFor[T any]() Type {
	t, _ := words((*T)(nil))
	return t.elem()
}

// PointerTo is the type of pointers to t, if the program has it.
func PointerTo(t Type) Type {
	if p := rtype(t.number().get(atSelf)); p != 0 {
		return p
	}
	refuse("reflect.PointerTo of " + t.String() + ", whose pointers the program has not; write the type out")
	return nil
}

// PtrTo is the old name of PointerTo.
func PtrTo(t Type) Type { return PointerTo(t) }

func MapOf(key, elem Type) Type
func ChanOf(dir ChanDir, t Type) Type
func FuncOf(in, out []Type, variadic bool) Type
func SliceOf(t Type) Type
func StructOf(fields []StructField) Type
func ArrayOf(length int, elem Type) Type
func VisibleFields(t Type) []StructField
