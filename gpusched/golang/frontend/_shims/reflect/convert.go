package reflect

// convertible says whether Go converts values of type t to type u.
func (t rtype) convertible(u rtype) bool {
	from, to := t.kind(), u.kind()
	switch {
	case t.assignable(u), numeric(from) && numeric(to), complexes(from) && complexes(to):
		return true
	case to == String:
		return integer(from) || from == String || t.text()
	case from == String:
		return u.text()
	case to == Interface:
		return t.implements(u)
	case from == Pointer && to == Pointer && t.flags()&flagDefined == 0 && u.flags()&flagDefined == 0:
		return t.elem().get(atDistinct) == u.elem().get(atDistinct)
	}
	return t.get(atDistinct) == u.get(atDistinct)
}

func integer(k Kind) bool   { return k >= Int && k <= Uintptr }
func numeric(k Kind) bool   { return integer(k) || k == Float32 || k == Float64 }
func complexes(k Kind) bool { return k == Complex64 || k == Complex128 }

// text says whether t is a slice of bytes or runes.
func (t rtype) text() bool {
	return t.kind() == Slice && (t.elem().kind() == Uint8 || t.elem().kind() == Int32)
}

// ConvertibleTo says whether a value of type t can be converted to type u; the conversion may still panic.
func (t rtype) ConvertibleTo(u Type) bool {
	if u == nil {
		panic("reflect: nil type passed to Type.ConvertibleTo")
	}
	return t.convertible(u.number())
}

// CanConvert says whether v can be converted to type t.
func (v Value) CanConvert(t Type) bool { return v.Type().ConvertibleTo(t) }

// Convert is v as type t.
func (v Value) Convert(t Type) Value {
	u := t.number()
	if !v.valid("Convert").typ.convertible(u) {
		panic("reflect.Value.Convert: value of type " + v.typ.String() + " cannot be converted to type " + t.String())
	}
	made := Value{u, allocate(u, 1), flagAddr}
	switch to := u.kind(); {
	case to == Interface && v.Kind() != Interface:
		*(*any)(made.ptr) = v.inside()
	case numeric(to) && numeric(v.Kind()):
		made.number(v)
	case complexes(to) && complexes(v.Kind()):
		made.complex(v.Complex())
	case to == String && integer(v.Kind()):
		*(*string)(made.ptr) = v.rune()
	case to == String && v.typ.text() && v.typ.elem().kind() == Uint8:
		*(*string)(made.ptr) = string(*(*[]byte)(v.ptr))
	case to == String && v.typ.text():
		*(*string)(made.ptr) = string(*(*[]rune)(v.ptr))
	case u.text() && v.Kind() == String && u.elem().kind() == Uint8:
		*(*[]byte)(made.ptr) = []byte(*(*string)(v.ptr))
	case u.text() && v.Kind() == String:
		*(*[]rune)(made.ptr) = []rune(*(*string)(v.ptr))
	default:
		move(made.ptr, v.ptr, u.words())
	}
	made.flag = v.flag & flagReadOnly
	return made
}

// number sets v, of a numeric type, to the number that x is.
func (v Value) number(x Value) {
	switch {
	case v.CanFloat() && x.CanFloat():
		v.SetFloat(x.Float())
	case v.CanFloat() && x.CanInt():
		v.SetFloat(float64(x.Int()))
	case v.CanFloat():
		v.SetFloat(float64(x.Uint()))
	case v.CanInt() && x.CanFloat():
		v.SetInt(int64(x.Float()))
	case v.CanInt():
		v.SetInt(*(*int64)(x.ptr))
	case x.CanFloat():
		v.SetUint(uint64(x.Float()))
	default:
		v.SetUint(*(*uint64)(x.ptr))
	}
}

// complex sets v, of a complex type, to c.
func (v Value) complex(c complex128) {
	if v.Kind() == Complex64 {
		c = complex128(complex64(c))
	}
	*(*complex128)(v.ptr) = c
}

// rune is the text of the character that v, an integer, numbers.
func (v Value) rune() string {
	if v.CanUint() && v.Uint() <= 0x10FFFF || v.CanInt() && v.Int() >= 0 && v.Int() <= 0x10FFFF {
		return string(rune(*(*int64)(v.ptr)))
	}
	return "\uFFFD"
}

// OverflowInt says whether v's type cannot hold x.
func (v Value) OverflowInt(x int64) bool { return v.valid("OverflowInt").typ.OverflowInt(x) }

// OverflowUint says whether v's type cannot hold x.
func (v Value) OverflowUint(x uint64) bool { return v.valid("OverflowUint").typ.OverflowUint(x) }

// OverflowFloat says whether v's type cannot hold x.
func (v Value) OverflowFloat(x float64) bool { return v.valid("OverflowFloat").typ.OverflowFloat(x) }

// OverflowInt says whether a value of type t cannot hold x.
func (t rtype) OverflowInt(x int64) bool {
	if k := t.kind(); k < Int || k > Int64 {
		panic("reflect: OverflowInt of non-int type " + t.String())
	}
	shift := 64 - uint(t.get(atBytes))*8
	return x<<shift>>shift != x
}

// OverflowUint says whether a value of type t cannot hold x.
func (t rtype) OverflowUint(x uint64) bool {
	if k := t.kind(); k < Uint || k > Uintptr {
		panic("reflect: OverflowUint of non-uint type " + t.String())
	}
	shift := 64 - uint(t.get(atBytes))*8
	return x<<shift>>shift != x
}

// OverflowFloat says whether a value of type t cannot hold x.
func (t rtype) OverflowFloat(x float64) bool {
	if t.kind() != Float32 {
		if t.kind() != Float64 {
			panic("reflect: OverflowFloat of non-float type " + t.String())
		}
		return false
	}
	if x < 0 {
		x = -x
	}
	return x > 0x1.fffffep+127 && x <= 0x1.fffffffffffffp+1023
}

// Close closes the channel that v is.
func (v Value) Close() {
	if v.Kind() != Chan {
		v.wrong("Close")
	}
	if v.typ.ChanDir()&SendDir == 0 {
		panic("reflect: close of receive-only channel")
	}
	close(*(*chan int)(v.ptr))
}

// StringHeader is a string's layout, which the model has not.
type StringHeader struct {
	Data uintptr
	Len  int
}

// SliceHeader is a slice's layout, which the model has not.
type SliceHeader struct {
	Data uintptr
	Len  int
	Cap  int
}
