package bytealg

// Index is where b first occurs in a, -1 if nowhere.
func Index(a, b []byte) int {
	for i := 0; i+len(b) <= len(a); i++ {
		k := 0
		for k < len(b) && a[i+k] == b[k] {
			k++
		}
		if k == len(b) {
			return i
		}
	}
	return -1
}

// IndexString is where b first occurs in a, -1 if nowhere.
func IndexString(a, b string) int {
	for i := 0; i+len(b) <= len(a); i++ {
		k := 0
		for k < len(b) && a[i+k] == b[k] {
			k++
		}
		if k == len(b) {
			return i
		}
	}
	return -1
}
