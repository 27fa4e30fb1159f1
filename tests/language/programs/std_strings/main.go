// Packages strings, bytes, strconv, unicode/utf8.
package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func main() {
	text := "The quick brown fox, héllo wörld"
	fmt.Println(strings.Index(text, "brown"), strings.Index(text, "wörld"), strings.LastIndex(text, "o"), strings.IndexByte(text, 'q'), strings.IndexRune(text, 'ö'), strings.IndexAny(text, "xyz"))
	fmt.Println(strings.Contains(text, "fox"), strings.HasPrefix(text, "The"), strings.HasSuffix(text, "d"), strings.Count(text, "o"), strings.Count("aaa", ""), strings.EqualFold("Straße", "STRASSE"), strings.EqualFold("Go", "GO"))
	fmt.Println(strings.ToUpper(text), strings.ToLower("ÀB"), strings.Title("a b"), strings.TrimLeft("xxabc", "x"), strings.TrimSuffix("a.go", ".go"), strings.TrimFunc("12a3", unicode.IsDigit))
	fmt.Println(strings.Split("a,b,,c", ","), len(strings.Split("a,b,,c", ",")), strings.SplitN("a,b,c", ",", 2), strings.Fields("  a  b c "), strings.Join([]string{"x", "y"}, "+"))
	before, after, found := strings.Cut("key=value=x", "=")
	fmt.Println(before, after, found, strings.Replace("aaaa", "a", "b", 2), strings.ReplaceAll("aXbX", "X", "--"), strings.Repeat("ab", 3), strings.Compare("a", "b"))
	fmt.Println(strings.Map(func(r rune) rune { return r + 1 }, "HAL"), strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace("<b>"), strings.ContainsRune("abc", 'b'))
	var b strings.Builder
	for i := range 3 {
		b.WriteString(strconv.Itoa(i))
		b.WriteByte(' ')
		b.WriteRune('é')
	}
	fmt.Println(b.String(), b.Len())
	long := strings.Repeat("abcdefghij", 20) + "needle" + strings.Repeat("z", 30)
	fmt.Println(strings.Index(long, "needle"), strings.Index(long, "jaa"), bytes.Index([]byte(long), []byte("jn")), strings.LastIndex(long, "abc"))
	for part := range strings.SplitSeq("p-q-r", "-") {
		fmt.Print(part, ";")
	}
	fmt.Println()

	var buffer bytes.Buffer
	buffer.WriteString("hello ")
	buffer.Write([]byte("world"))
	fmt.Fprintf(&buffer, " %d", 5)
	line, err := buffer.ReadString(' ')
	fmt.Println(line, err, buffer.String(), buffer.Len(), bytes.Equal([]byte("a"), []byte("a")), bytes.Compare([]byte("b"), []byte("a")), bytes.ToUpper([]byte("x")), string(bytes.TrimSpace([]byte(" y "))))

	for _, s := range []string{"42", "-7", "12x", "99999999999999999999", "", "0x1f"} {
		n, err := strconv.Atoi(s)
		u, err2 := strconv.ParseInt(s, 0, 64)
		fmt.Println(n, err, u, err2)
	}
	for _, s := range []string{"3.25", "1e400", "-0", "NaN", "0.1", "1.7976931348623157e308", "5e-324", "x"} {
		x, err := strconv.ParseFloat(s, 64)
		y, _ := strconv.ParseFloat(s, 32)
		fmt.Println(x, err, float32(y))
	}
	t, err := strconv.ParseBool("true")
	fmt.Println(t, err, strconv.Quote("a\t\"é\x00\""), strconv.FormatInt(-255, 16), strconv.FormatUint(255, 2), strconv.AppendInt(nil, 5, 10), strconv.FormatFloat(0.1, 'e', 5, 64), strconv.FormatFloat(1.0/3, 'g', -1, 32))
	q, err := strconv.Unquote(`"a\nb"`)
	fmt.Println(q, err, strconv.FormatBool(false), strconv.Itoa(-1<<63))
	fmt.Println(utf8.RuneCountInString(text), utf8.ValidString("a\xff"), utf8.RuneLen('世'), string(utf8.AppendRune(nil, '世')))
	r, size := utf8.DecodeRuneInString("世界")
	fmt.Println(string(r), size, unicode.IsUpper('Ä'), unicode.IsLetter('1'), unicode.ToLower('Ä') == 'ä', unicode.IsSpace(' '))
	fmt.Println([]rune("aé"), string([]rune{'x', 'é'}), []byte("hi"))
}
