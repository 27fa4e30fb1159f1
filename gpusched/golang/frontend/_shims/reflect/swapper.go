package reflect

// Swapper is a function that swaps two elements of a slice.
func Swapper(slice any) func(i, j int) {
	v := ValueOf(slice)
	if v.Kind() != Slice {
		panic(&ValueError{"Swapper", v.Kind()})
	}
	data, n, elem := v.slice().data, v.slice().len, v.typ.elem()
	size, spare := elem.words(), allocate(elem, 1)
	return func(i, j int) {
		if uint(i) >= uint(n) || uint(j) >= uint(n) {
			panic("reflect: slice index out of range")
		}
		x, y := add(data, i*size), add(data, j*size)
		move(spare, x, size)
		move(x, y, size)
		move(y, spare, size)
	}
}
