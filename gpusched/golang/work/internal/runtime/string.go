//go:build gpusched

package runtime

const (
	replacement = '\uFFFD'
	maximum     = '\U0010FFFF'
)

// decoderune is the rune that begins at byte i of s, and where the next one begins; bytes that are no UTF-8 count one by one.
func decoderune(s string, i int) (r rune, next int) {
	first := s[i]
	size, least := 0, rune(0)
	switch {
	case first < 0x80:
		return rune(first), i + 1
	case first >= 0xC2 && first < 0xE0:
		r, size, least = rune(first&0x1F), 2, 0x80
	case first >= 0xE0 && first < 0xF0:
		r, size, least = rune(first&0x0F), 3, 0x800
	case first >= 0xF0 && first < 0xF5:
		r, size, least = rune(first&0x07), 4, 0x10000
	default:
		return replacement, i + 1
	}
	if i+size > len(s) {
		return replacement, i + 1
	}
	for k := i + 1; k < i+size; k++ {
		c := s[k]
		if c&0xC0 != 0x80 {
			return replacement, i + 1
		}
		r = r<<6 | rune(c&0x3F)
	}
	if r < least || r > maximum || r >= 0xD800 && r < 0xE000 {
		return replacement, i + 1
	}
	return r, i + size
}

// appendrune appends the UTF-8 of a rune.
func appendrune(p []byte, r rune) []byte {
	if uint32(r) < 0x80 {
		return append(p, byte(r))
	}
	if uint32(r) < 0x800 {
		return append(p, 0xC0|byte(r>>6), 0x80|byte(r)&0x3F)
	}
	if uint32(r) > maximum || r >= 0xD800 && r < 0xE000 {
		r = replacement
	}
	if r < 0x10000 {
		return append(p, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return append(p, 0xF0|byte(r>>18), 0x80|byte(r>>12)&0x3F, 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
}

// intstring is string(rune).
func intstring(v int64) string {
	if v < 0 || v > maximum {
		v = replacement
	}
	return string(appendrune(make([]byte, 0, 4), rune(v)))
}

// slicerunetostring is string([]rune).
func slicerunetostring(runes []rune) string {
	p := make([]byte, 0, len(runes))
	for _, r := range runes {
		p = appendrune(p, r)
	}
	return string(p)
}

// stringtoslicerune is []rune(string), with the capacity that Go's allocator gives.
func stringtoslicerune(s string) []rune {
	n := 0
	for i := 0; i < len(s); n++ {
		_, i = decoderune(s, i)
	}
	runes := append([]rune{}, make([]rune, n)...)
	for i, k := 0, 0; i < len(s); k++ {
		runes[k], i = decoderune(s, i)
	}
	return runes
}
