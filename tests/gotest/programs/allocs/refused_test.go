package allocs

import "testing"

var (
	letters = map[int]int{}
	words   string
)

func TestMaps(t *testing.T) {
	testing.AllocsPerRun(1, func() { letters[integer]++ })
}

func TestAppend(t *testing.T) {
	testing.AllocsPerRun(1, func() { numbers = append(numbers, integer) })
}

func TestTexts(t *testing.T) {
	testing.AllocsPerRun(1, func() { words = text + none })
}

func TestOwn(t *testing.T) {
	testing.AllocsPerRun(1, func() { t.Logf("%v", integer) })
}

// TestBefore does all of it where nothing is counted.
func TestBefore(t *testing.T) {
	letters[1]++
	numbers = append(numbers, 1)
	if n := testing.AllocsPerRun(1, func() { pointer = &pair{} }); n != 1 {
		t.Error(n)
	}
	sink = text + none
}
