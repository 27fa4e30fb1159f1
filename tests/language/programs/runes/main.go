// Program runes: range over strings, conversions between strings, runes and bytes.
package main

import "fmt"

type text string

type runes []rune

func over(s string) {
	for i, r := range s {
		fmt.Print(i, ":", r, " ")
	}
	n := 0
	for range s {
		n++
	}
	last := -1
	for i := range s {
		last = i
	}
	fmt.Println(n, last, len(s))
}

func back(s string) bool {
	return string([]rune(s)) == s && string([]byte(s)) == s
}

func main() {
	for _, s := range []string{"", "plain", "héllo, wörld", "日本語", "a\xffb\xc0\xaf", "\xe6\x97", "\U0001F600!", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\x80\x80", "\xc3", "ab\u0301"} {
		over(s)
		fmt.Println(back(s), len([]rune(s)))
	}
	r := []rune("héé")
	r[1] = 'e'
	r = append(r, 0x10FFFF, 0xD800, -1, 0x110000)
	s := string(r)
	fmt.Println(len(r), len(s), s[:2])
	for i := range len(s) {
		fmt.Print(s[i], " ")
	}
	fmt.Println()
	for _, v := range []rune{'a', 'é', '日', 0x1F600, -5, 0xDFFF} {
		t := string(v)
		fmt.Println(t, len(t))
	}
	big := uint64(1) << 40
	fmt.Println(string(rune(big)) == "\x00", len(string(rune(int64(1)<<31-1))))
	t := text("ab日")
	for i, c := range t {
		fmt.Println(i, string(c))
	}
	fmt.Println(len(runes(t)), string(runes{'x', 'y'}), text(runes{'z'}))
	b := []byte("copied")
	u := string(b)
	b[0] = 'X'
	n := copy(b[1:], "opqrstuvw")
	b = append(b, "tail"...)
	fmt.Println(u, string(b), n)
	parts := ""
	for i := range 5 {
		parts += string(rune('a'+i)) + "," + u[i:i+1] + ";"
	}
	fmt.Println(parts, parts < "b", parts >= "a,", parts == "a"+parts[1:], parts[3:] > parts[:3])
}
