package reflect

import (
	"iter"
	"unsafe"
)

// Value is a value of any type: where its words lie.
type Value struct {
	typ  rtype
	ptr  unsafe.Pointer
	flag int
}

const (
	flagReadOnly = 1 // reached by way of an unexported field
	flagAddr     = 2 // addressable
)

// ValueError is the panic of a method that a kind does not have.
type ValueError struct {
	Method string
	Kind   Kind
}

func (e *ValueError) Error() string {
	if e.Kind == Invalid {
		return "reflect: call of " + e.Method + " on zero Value"
	}
	return "reflect: call of " + e.Method + " on " + e.Kind.String() + " Value"
}

func (v Value) wrong(method string) { panic(&ValueError{"reflect.Value." + method, v.Kind()}) }

// ValueOf is the value in an interface.
func ValueOf(i any) Value {
	t, data := words(i)
	if t != 0 && t.flags()&flagDirect != 0 {
		box := new(unsafe.Pointer)
		*box = data
		data = unsafe.Pointer(box)
	}
	return Value{t, data, 0}
}

func (v Value) IsValid() bool      { return v.typ != 0 }
func (v Value) CanAddr() bool      { return v.flag&flagAddr != 0 }
func (v Value) CanSet() bool       { return v.flag == flagAddr }
func (v Value) CanInterface() bool { return v.valid("CanInterface").flag&flagReadOnly == 0 }

func (v Value) valid(method string) Value {
	if v.typ == 0 {
		v.wrong(method)
	}
	return v
}

// Kind is Invalid for the zero Value.
func (v Value) Kind() Kind {
	if v.typ == 0 {
		return Invalid
	}
	return v.typ.kind()
}

func (v Value) Type() Type { return v.valid("Type").typ }

func (v Value) CanInt() bool     { k := v.Kind(); return k >= Int && k <= Int64 }
func (v Value) CanUint() bool    { k := v.Kind(); return k >= Uint && k <= Uintptr }
func (v Value) CanFloat() bool   { k := v.Kind(); return k == Float32 || k == Float64 }
func (v Value) CanComplex() bool { k := v.Kind(); return k == Complex64 || k == Complex128 }

func (v Value) Bool() bool {
	if v.Kind() != Bool {
		v.wrong("Bool")
	}
	return *(*bool)(v.ptr)
}

func (v Value) Int() int64 {
	if !v.CanInt() {
		v.wrong("Int")
	}
	return *(*int64)(v.ptr)
}

func (v Value) Uint() uint64 {
	if !v.CanUint() {
		v.wrong("Uint")
	}
	return *(*uint64)(v.ptr)
}

func (v Value) Float() float64 {
	if !v.CanFloat() {
		v.wrong("Float")
	}
	return *(*float64)(v.ptr)
}

func (v Value) Complex() complex128 {
	if !v.CanComplex() {
		v.wrong("Complex")
	}
	return *(*complex128)(v.ptr)
}

// String is the text of a string value, of others <T Value>.
func (v Value) String() string {
	switch v.Kind() {
	case String:
		return *(*string)(v.ptr)
	case Invalid:
		return "<invalid Value>"
	}
	return "<" + v.typ.String() + " Value>"
}

type header struct {
	data     unsafe.Pointer
	len, cap int
}

func (v Value) slice() *header { return (*header)(v.ptr) }

// Len is the length of an array, channel, map, slice, string, or pointer to an array.
func (v Value) Len() int {
	switch v.Kind() {
	case Slice:
		return v.slice().len
	case String:
		return len(*(*string)(v.ptr))
	case Array:
		return v.typ.get(atLen)
	case Chan:
		return len(*(*chan int)(v.ptr))
	case Map:
		return mapLen(*(*unsafe.Pointer)(v.ptr))
	case Pointer:
		if v.typ.elem().kind() == Array {
			return v.typ.elem().get(atLen)
		}
	}
	v.wrong("Len")
	return 0
}

// Cap is the capacity of an array, channel, slice, or pointer to an array.
func (v Value) Cap() int {
	switch v.Kind() {
	case Slice:
		return v.slice().cap
	case Chan:
		return cap(*(*chan int)(v.ptr))
	case Array, Pointer:
		return v.Len()
	}
	v.wrong("Cap")
	return 0
}

// Index is an element of an array, slice or string.
func (v Value) Index(i int) Value {
	switch v.Kind() {
	case Slice:
		if uint(i) >= uint(v.slice().len) {
			panic("reflect: slice index out of range")
		}
		elem := v.typ.elem()
		return Value{elem, add(v.slice().data, i*elem.words()), v.flag&flagReadOnly | flagAddr}
	case Array:
		if uint(i) >= uint(v.typ.get(atLen)) {
			panic("reflect: array index out of range")
		}
		elem := v.typ.elem()
		return Value{elem, add(v.ptr, i*elem.words()), v.flag}
	case String:
		s := *(*string)(v.ptr)
		if uint(i) >= uint(len(s)) {
			panic("reflect: string index out of range")
		}
		c := ValueOf(s[i])
		c.flag = v.flag & flagReadOnly
		return c
	}
	v.wrong("Index")
	return Value{}
}

func (v Value) NumField() int {
	if v.Kind() != Struct {
		v.wrong("NumField")
	}
	return v.typ.get(atLen)
}

// Field is the i'th field of a struct.
func (v Value) Field(i int) Value {
	if v.Kind() != Struct {
		v.wrong("Field")
	}
	if uint(i) >= uint(v.typ.get(atLen)) {
		panic("reflect: Field index out of range")
	}
	at := v.typ.get(atList) + i*fieldBytes
	flag := v.flag
	if types()[at+fieldFlags]&fieldExported == 0 {
		flag |= flagReadOnly
	}
	return Value{rtype(read(at + fieldType)), add(v.ptr, read(at+fieldOffset)), flag}
}

// FieldByName finds a field of the struct itself, or of what it embeds.
func (v Value) FieldByName(name string) Value {
	if f, ok := v.Type().FieldByName(name); ok {
		return v.FieldByIndex(f.Index)
	}
	return Value{}
}

// FieldByIndex follows nested fields.
func (v Value) FieldByIndex(index []int) Value {
	for i, at := range index {
		if i > 0 && v.Kind() == Pointer {
			v = v.Elem()
		}
		v = v.Field(at)
	}
	return v
}

// Elem is what an interface holds or a pointer points to.
func (v Value) Elem() Value {
	switch v.Kind() {
	case Interface:
		held := ValueOf(*(*any)(v.ptr))
		held.flag = v.flag & flagReadOnly
		return held
	case Pointer:
		to := *(*unsafe.Pointer)(v.ptr)
		if to == nil {
			return Value{}
		}
		return Value{v.typ.elem(), to, v.flag&flagReadOnly | flagAddr}
	}
	v.wrong("Elem")
	return Value{}
}

// Indirect is what v points to, or v itself.
func Indirect(v Value) Value {
	if v.Kind() != Pointer {
		return v
	}
	return v.Elem()
}

func (v Value) IsNil() bool {
	switch v.Kind() {
	case Chan, Func, Interface, Map, Pointer, Slice, UnsafePointer:
		return *(*int)(v.ptr) == 0
	}
	v.wrong("IsNil")
	return false
}

// IsZero says whether v is its type's zero value.
func (v Value) IsZero() bool {
	switch v.valid("IsZero").Kind() {
	case Array:
		for i := range v.Len() {
			if !v.Index(i).IsZero() {
				return false
			}
		}
		return true
	case Struct:
		for i := range v.NumField() {
			if !v.Field(i).IsZero() {
				return false
			}
		}
		return true
	case String:
		return v.Len() == 0
	case Complex64, Complex128:
		return *(*[2]int)(v.ptr) == [2]int{}
	}
	return *(*int)(v.ptr) == 0
}

// Interface is the value as an interface.
func (v Value) Interface() (i any) {
	if v.valid("Interface").flag&flagReadOnly != 0 {
		panic("reflect.Value.Interface: cannot return value obtained from unexported field or method")
	}
	return v.inside()
}

func (v Value) inside() any {
	if v.typ.kind() == Interface {
		return *(*any)(v.ptr)
	}
	if v.typ.flags()&flagDirect != 0 {
		return pack(v.typ, *(*unsafe.Pointer)(v.ptr))
	}
	if v.flag&flagAddr == 0 || v.typ.words() == 0 {
		return pack(v.typ, v.ptr)
	}
	copied := allocate(v.typ, 1)
	move(copied, v.ptr, v.typ.words())
	return pack(v.typ, copied)
}

// TypeAssert is v.Interface().(T).
func TypeAssert[T any](v Value) (T, bool) {
	held, ok := v.Interface().(T)
	if t := TypeFor[T]().number(); !ok && t.kind() == Interface && v.Kind() == Pointer && v.typ.elem().implements(t) {
		refuse("reflect.TypeAssert of " + v.typ.String() + ", whose methods nothing else in the program calls; assert it without reflect")
	}
	return held, ok
}

// Bytes is the slice of bytes that v is.
func (v Value) Bytes() []byte {
	switch v.Kind() {
	case Slice:
		return *(*[]byte)(v.ptr)
	case Array:
		if v.flag&flagAddr != 0 {
			return unsafe.Slice((*byte)(v.ptr), v.Len())
		}
	}
	v.wrong("Bytes")
	return nil
}

// Pointer is a number for what v refers to: it is no address.
func (v Value) Pointer() uintptr {
	switch v.Kind() {
	case Chan, Func, UnsafePointer, Map, Pointer, Slice:
		if *(*int)(v.ptr) == 0 {
			return 0
		}
		if v.Kind() == Chan {
			return place(hash(v.typ, v.ptr, 0))
		}
		if f := *(*int)(v.ptr); f < 0 {
			return 0x400000 + uintptr(-f)*16
		}
		return identity(*(*unsafe.Pointer)(v.ptr))
	}
	v.wrong("Pointer")
	return 0
}

// identity is a number in place of an address, which depends on the order of allocation alone.
func identity(p unsafe.Pointer) uintptr {
	t, _ := words(p)
	return place(hash(t, unsafe.Pointer(&p), 0))
}

func place(hashed uintptr) uintptr { return 0xc000000000 + hashed>>29&^7 }

// UnsafePointer is the pointer that v is.
func (v Value) UnsafePointer() unsafe.Pointer {
	switch v.Kind() {
	case Pointer, UnsafePointer, Map, Slice:
		return *(*unsafe.Pointer)(v.ptr)
	}
	v.wrong("UnsafePointer")
	return nil
}

// Addr is a pointer to v.
func (v Value) Addr() Value {
	if v.flag&flagAddr == 0 {
		panic("reflect.Value.Addr of unaddressable value")
	}
	box := new(unsafe.Pointer)
	*box = v.ptr
	return Value{PointerTo(v.typ).number(), unsafe.Pointer(box), v.flag & flagReadOnly}
}

func (v Value) settable(method string, good bool) {
	if v.flag != flagAddr {
		panic("reflect: reflect.Value." + method + " using unaddressable value")
	}
	if !good {
		v.wrong(method)
	}
}

// Set assigns x to v.
func (v Value) Set(x Value) {
	v.settable("Set", true)
	if !x.valid("Set").typ.assignable(v.typ) {
		panic("reflect.Set: value of type " + x.typ.String() + " is not assignable to type " + v.typ.String())
	}
	if v.typ.kind() == Interface && x.typ.kind() != Interface {
		*(*any)(v.ptr) = x.inside()
		return
	}
	move(v.ptr, x.ptr, v.typ.words())
}

func (v Value) SetBool(x bool) { v.settable("SetBool", v.Kind() == Bool); *(*bool)(v.ptr) = x }
func (v Value) SetFloat(x float64) {
	v.settable("SetFloat", v.CanFloat())
	if v.Kind() == Float32 {
		x = float64(float32(x))
	}
	*(*float64)(v.ptr) = x
}
func (v Value) SetString(x string) {
	v.settable("SetString", v.Kind() == String)
	*(*string)(v.ptr) = x
}
func (v Value) SetBytes(x []byte) { v.settable("SetBytes", v.Kind() == Slice); *(*[]byte)(v.ptr) = x }
func (v Value) SetPointer(x unsafe.Pointer) {
	v.settable("SetPointer", v.Kind() == UnsafePointer)
	*(*unsafe.Pointer)(v.ptr) = x
}

func (v Value) SetInt(x int64) {
	v.settable("SetInt", v.CanInt())
	if bits := uint(v.typ.get(atBytes)) * 8; bits < 64 {
		x = x << (64 - bits) >> (64 - bits)
	}
	*(*int64)(v.ptr) = x
}

func (v Value) SetUint(x uint64) {
	v.settable("SetUint", v.CanUint())
	if bits := uint(v.typ.get(atBytes)) * 8; bits < 64 {
		x = x << (64 - bits) >> (64 - bits)
	}
	*(*uint64)(v.ptr) = x
}

func (v Value) SetLen(n int) {
	v.settable("SetLen", v.Kind() == Slice)
	if uint(n) > uint(v.slice().cap) {
		panic("reflect: slice length out of range in SetLen")
	}
	v.slice().len = n
}

// SetZero makes v its type's zero value.
func (v Value) SetZero() {
	v.settable("SetZero", true)
	move(v.ptr, allocate(v.typ, 1), v.typ.words())
}

// Zero is the zero value of a type.
func Zero(typ Type) Value {
	t := typ.number()
	return Value{t, allocate(t, 1), 0}
}

// New is a pointer to a new zero value.
func New(typ Type) Value {
	box := new(unsafe.Pointer)
	*box = allocate(typ.number(), 1)
	return Value{PointerTo(typ).number(), unsafe.Pointer(box), 0}
}

// MakeSlice is a new slice.
func MakeSlice(typ Type, len, cap int) Value {
	typ.number().must(Slice, "MakeSlice")
	return Value{typ.number(), unsafe.Pointer(&header{allocate(typ.number().elem(), cap), len, cap}), 0}
}

// Slice is v[i:j] of a slice.
func (v Value) Slice(i, j int) Value {
	if v.Kind() == String {
		s := (*(*string)(v.ptr))[i:j]
		return Value{v.typ, unsafe.Pointer(&s), v.flag & flagReadOnly}
	}
	if v.Kind() != Slice {
		v.wrong("Slice")
	}
	h := v.slice()
	if i < 0 || j < i || j > h.cap {
		panic("reflect.Value.Slice: slice index out of bounds")
	}
	made := &header{h.data, j - i, h.cap - i}
	if made.cap > 0 {
		made.data = add(h.data, i*v.typ.elem().words())
	}
	return Value{v.typ, unsafe.Pointer(made), v.flag & flagReadOnly}
}

// Comparable says whether == on v does not panic.
func (v Value) Comparable() bool {
	switch v.Kind() {
	case Interface:
		return v.IsNil() || v.Elem().Comparable()
	case Array:
		for i := range v.Len() {
			if !v.Index(i).Comparable() {
				return false
			}
		}
		return true
	case Struct:
		for i := range v.NumField() {
			if !v.Field(i).Comparable() {
				return false
			}
		}
		return true
	}
	return v.typ == 0 || v.typ.Comparable()
}

// Equal is v == u.
func (v Value) Equal(u Value) bool {
	if !v.IsValid() || !u.IsValid() {
		return v.IsValid() == u.IsValid()
	}
	return v.inside() == u.inside()
}

// SelectDir and SelectCase are the arguments of Select.
type SelectDir int

const (
	_ SelectDir = iota
	SelectSend
	SelectRecv
	SelectDefault
)

type SelectCase struct {
	Dir  SelectDir
	Chan Value
	Send Value
}

func (v Value) Seq() iter.Seq[Value]
func (v Value) Seq2() iter.Seq2[Value, Value]
func (v Value) Call(in []Value) []Value
func (v Value) CallSlice(in []Value) []Value
func (v Value) FieldByIndexErr(index []int) (Value, error)
func (v Value) FieldByNameFunc(match func(string) bool) Value
func (v Value) InterfaceData() [2]uintptr
func (v Value) Method(i int) Value
func (v Value) NumMethod() int
func (v Value) MethodByName(name string) Value
func (v Value) OverflowComplex(x complex128) bool
func (v Value) Recv() (x Value, ok bool)
func (v Value) Send(x Value)
func (v Value) SetComplex(x complex128)
func (v Value) SetCap(n int)
func (v Value) Slice3(i, j, k int) Value
func (v Value) TryRecv() (x Value, ok bool)
func (v Value) TrySend(x Value) bool
func (v Value) UnsafeAddr() uintptr
func (v Value) Fields() iter.Seq2[StructField, Value]
func (v Value) Methods() iter.Seq2[Method, Value]
func (v Value) Grow(n int)
func (v Value) Clear()
func Append(s Value, x ...Value) Value
func AppendSlice(s, t Value) Value
func Copy(dst, src Value) int
func Select(cases []SelectCase) (chosen int, recv Value, recvOK bool)
func SliceAt(typ Type, p unsafe.Pointer, n int) Value
func MakeChan(typ Type, buffer int) Value
func MakeFunc(typ Type, fn func(args []Value) (results []Value)) Value
func NewAt(typ Type, p unsafe.Pointer) Value
