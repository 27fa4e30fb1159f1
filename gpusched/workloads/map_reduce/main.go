// Map_reduce counts the words of a generated text: mappers split pieces of it
// and count in maps of their own, a reducer adds the maps up. Strings, bytes and
// maps take the time; there is no work call.
package main

import (
	"fmt"
	"strings"
)

const (
	words   = 40_000
	pieces  = 16
	mappers = 4
)

var syllables = [...]string{"ba", "ke", "li", "mo", "nu", "ra", "se", "ti"}

// text generates words of one to four syllables, the short ones often.
func text(n int) string {
	var b strings.Builder
	x := uint32(88172645)
	for range n {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		for left := x; ; left >>= 8 {
			b.WriteString(syllables[left&7])
			if left&24 != 0 || left < 1<<8 {
				break
			}
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// count maps each word of a piece to how often it occurs there.
func count(piece string) map[string]int {
	counts := make(map[string]int)
	start := -1
	for i := 0; i < len(piece); i++ {
		if piece[i] == ' ' {
			if start >= 0 {
				counts[piece[start:i]]++
			}
			start = -1
		} else if start < 0 {
			start = i
		}
	}
	return counts
}

// cut splits a text behind blanks into parts of about equal length.
func cut(all string, parts int) []string {
	out := make([]string, 0, parts)
	for left := parts; left > 1; left-- {
		at := len(all) / left
		for at < len(all) && all[at] != ' ' {
			at++
		}
		at = min(at+1, len(all))
		out = append(out, all[:at])
		all = all[at:]
	}
	return append(out, all)
}

func main() {
	todo, done := make(chan string), make(chan map[string]int)
	for range mappers {
		go func() {
			for piece := range todo {
				done <- count(piece)
			}
		}()
	}
	go func() {
		for _, piece := range cut(text(words), pieces) {
			todo <- piece
		}
		close(todo)
	}()
	total, sum := make(map[string]int), 0
	for range pieces {
		for word, n := range <-done {
			total[word] += n
			sum += n
		}
	}
	fmt.Println(sum, "words,", len(total), "different")
}
