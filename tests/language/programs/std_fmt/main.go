// Package fmt where the program uses the text, or prints what has an inside: verbs, flags, structs, maps, slices, pointers, methods, wrapped errors.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

type point struct{ X, Y int }

type level int

func (l level) String() string { return [...]string{"low", "high"}[l] }

type tree struct {
	Name  string
	Left  *tree
	At    level
	inner level
	Any   any
}

type failure struct{ code int }

func (f *failure) Error() string { return fmt.Sprint("failure ", f.code) }

type quoted string

func (q quoted) GoString() string { return "quoted!" }

type shaped struct{}

func (shaped) Format(s fmt.State, verb rune) {
	width, has := s.Width()
	fmt.Fprintf(s, "<%c %d %t %t>", verb, width, has, s.Flag('+'))
}

type broken struct{}

func (broken) String() string { panic("oh no") }

var base = errors.New("base")

func main() {
	for _, format := range []string{"%v", "%+v", "%#v", "%d", "%x", "%q", "%8.3f|%-8v|", "%T"} {
		for _, x := range []any{42, -7, "go", 2.5, true, 'x', nil, []byte("ab"), point{1, -2}, &point{3, 4}, level(1), []level{0, 1},
			[]string{"a", "b c"}, map[string]int{"z": 26, "a": 1}, [3]bool{true}, tree{"t", nil, 1, 0, point{5, 6}}, struct{}{}, quoted("q"),
			time.Duration(1500) * time.Millisecond, []any{1, "two", nil, level(0)}, uint8(200), int64(1) << 40, errors.New("bad"), map[point]string{{2, 1}: "b", {1, 9}: "a"},
			float32(0.1), 1e100, complex(1, -2)} {
			if format == "%8.3f|%-8v|" {
				fmt.Println(fmt.Sprintf(format, x, x))
				continue
			}
			fmt.Println(fmt.Sprintf(format, x))
		}
	}
	fmt.Println(fmt.Sprintf("%6d|%-6d|%06d|%+d|% d|%x|%X|%#x|%o|%#o|%b|%c|%U|%#U", 42, 42, 42, 42, 42, 255, 255, 255, 8, 8, 5, 'A', 0x1F600, 0x1F600))
	fmt.Println(fmt.Sprintf("%e|%E|%.3g|%g|%10.2f|%-10.2f|%+.1f|%08.3f|%v|%v", 123456.789, 0.00012, 123456.789, 1e21, 3.14159, 3.14159, 2.0, -3.14159, 1e6, 1e-7))
	fmt.Println(fmt.Sprintf("%s|%10s|%-10s|%.2s|%q|%x|% x|%#q|%+q", "go", "go", "go", "gopher", "a\"b\n", "hi", "hi", "raw", "é"))
	fmt.Println(fmt.Sprintf("%*d|%-*d|%.*f|%[2]d %[1]d|%d %%", 5, 1, 5, 2, 2, 3.14159, 7))
	fmt.Println(fmt.Sprintf("%d %s", "text", 5), fmt.Sprintf("%d"), fmt.Sprintf("%d", 1, 2), fmt.Sprintf("%!"), fmt.Sprintf("%z", 3))
	fmt.Println(fmt.Sprintf("%v %+5v", shaped{}, shaped{}), fmt.Sprint(broken{}), fmt.Sprintf("%s", (*failure)(nil) == nil))
	fmt.Println(fmt.Sprint("a", 1, 2, "b", "c", 3.0), fmt.Sprintln("x", 1), fmt.Sprint())

	err := fmt.Errorf("first: %w", &failure{3})
	both := fmt.Errorf("%w and %w", base, err)
	var f *failure
	fmt.Println(err, errors.Is(both, base), errors.As(both, &f), f.code, errors.Unwrap(err) == error(f), fmt.Errorf("%d: %v", 1, base))
	fmt.Println([]error{base, nil}, both, fmt.Errorf("%w", nil), fmt.Errorf("plain"))

	args := []any{"spread", 1, point{1, 2}}
	n, werr := fmt.Println(args...)
	fmt.Printf("%d %v %v %+v %v\n", n, werr, map[string][]int{"k": {1}}, &tree{Name: "n", Any: level(1)}, [][]int{{1}, {2, 3}})
	fmt.Fprintln(os.Stdout, "to", os.Stdout != nil, strings.Repeat("-", 3))
	fmt.Fprintf(os.Stdout, "%v %s\n", struct {
		A *int
		B []string
	}{nil, []string{"x"}}, []string{"y"})
	var b strings.Builder
	fmt.Fprintf(&b, "%03d", 7)
	fmt.Fprint(&b, []int(nil), map[string]int(nil), (*point)(nil))
	fmt.Println(b.String(), b.Len(), string(fmt.Appendf([]byte("x"), "%d", 5)))
}
