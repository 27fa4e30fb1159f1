package reflect

import "unsafe"

type visit struct {
	x, y unsafe.Pointer
	typ  rtype
}

// DeepEqual says whether x and y are equal, what they point to and what they hold included.
func DeepEqual(x, y any) bool {
	if x == nil || y == nil {
		return x == nil && y == nil
	}
	a, b := ValueOf(x), ValueOf(y)
	return a.typ == b.typ && deeply(a, b, nil)
}

// deeply compares two values of one type; seen are the pairs that are being compared.
func deeply(x, y Value, seen []visit) bool {
	if !x.IsValid() || !y.IsValid() {
		return x.IsValid() == y.IsValid()
	}
	if x.typ != y.typ {
		return false
	}
	switch x.Kind() {
	case Pointer, Map, Slice:
		if x.IsNil() || y.IsNil() {
			return x.IsNil() && y.IsNil()
		}
		one := visit{*(*unsafe.Pointer)(x.ptr), *(*unsafe.Pointer)(y.ptr), x.typ}
		if one.x == one.y && x.Kind() != Slice {
			return true
		}
		for _, before := range seen {
			if before == one && x.Kind() != Slice {
				return true
			}
		}
		seen = append(seen, one)
	}
	switch x.Kind() {
	case Array, Slice:
		if x.Len() != y.Len() {
			return false
		}
		for i := range x.Len() {
			if !deeply(x.Index(i), y.Index(i), seen) {
				return false
			}
		}
		return true
	case Interface, Pointer:
		return deeply(x.Elem(), y.Elem(), seen)
	case Struct:
		for i := range x.NumField() {
			if !deeply(x.Field(i), y.Field(i), seen) {
				return false
			}
		}
		return true
	case Map:
		return deeplyMaps(x, y, seen)
	case Func:
		return x.IsNil() && y.IsNil()
	case String:
		return x.String() == y.String()
	case Float32, Float64:
		return x.Float() == y.Float()
	case Complex64, Complex128:
		return x.Complex() == y.Complex()
	}
	return *(*int)(x.ptr) == *(*int)(y.ptr)
}
