package testing

// Step is one instruction of a compiled regular expression, as package regexp/syntax has them.
type Step struct {
	Op    int
	Out   int
	Arg   int
	Runes []rune
}

// Pattern is a compiled regular expression.
type Pattern struct {
	Start int
	Steps []Step
}

// Operations of steps, and what an empty string may have to be next to.
const (
	stepAlt      = 0
	stepAltMatch = 1
	stepCapture  = 2
	stepEmpty    = 3
	stepMatch    = 4
	stepFail     = 5
	stepNop      = 6
	stepRune     = 7
	stepRune1    = 8
	stepAny      = 9
	stepAnyButNL = 10

	beginLine    = 1
	endLine      = 2
	beginText    = 4
	endText      = 8
	wordBoundary = 16
	noBoundary   = 32
)

// subtests are the wanted subtests: alternatives of one pattern for each level; nil: all are.
var subtests [][]Pattern

// wanted says whether a subtest of this full name runs: whether an alternative matches it at each level that both have.
func wanted(name string) bool {
	if subtests == nil {
		return true
	}
	for _, patterns := range subtests {
		if matchesLevels(patterns, name) {
			return true
		}
	}
	return false
}

func matchesLevels(patterns []Pattern, name string) bool {
	start, level := 0, 0
	for i := 0; i <= len(name) && level < len(patterns); i++ {
		if i == len(name) || name[i] == '/' {
			if !patterns[level].matches([]rune(name[start:i])) {
				return false
			}
			start, level = i+1, level+1
		}
	}
	return true
}

// matches says whether the expression matches somewhere in the text.
func (p *Pattern) matches(text []rune) bool {
	seen := make([]bool, len(p.Steps)*(len(text)+1))
	for at := 0; at <= len(text); at++ {
		if p.run(p.Start, text, at, seen) {
			return true
		}
	}
	return false
}

// run says whether the steps from one on match at a place; seen are the steps that were tried at each place.
func (p *Pattern) run(step int, text []rune, at int, seen []bool) bool {
	for {
		key := step*(len(text)+1) + at
		if seen[key] {
			return false
		}
		seen[key] = true
		one := &p.Steps[step]
		switch one.Op {
		case stepMatch:
			return true
		case stepFail:
			return false
		case stepAlt, stepAltMatch:
			if p.run(one.Out, text, at, seen) {
				return true
			}
			step = one.Arg
			continue
		case stepEmpty:
			if next(text, at)&one.Arg != one.Arg {
				return false
			}
		case stepCapture, stepNop:
		default:
			if at == len(text) || !one.takes(text[at]) {
				return false
			}
			at++
		}
		step = one.Out
	}
}

// takes says whether a step that reads a character reads this one.
func (s *Step) takes(char rune) bool {
	switch {
	case s.Op == stepAny:
		return true
	case s.Op == stepAnyButNL:
		return char != '\n'
	case len(s.Runes) == 1:
		return char == s.Runes[0] || s.Arg&1 != 0 && folded(char) == folded(s.Runes[0])
	}
	for i := 0; i+1 < len(s.Runes); i += 2 {
		if s.Runes[i] <= char && char <= s.Runes[i+1] {
			return true
		}
	}
	return false
}

// folded is a letter in lower case.
func folded(char rune) rune {
	if char >= 'A' && char <= 'Z' {
		return char + 'a' - 'A'
	}
	return char
}

// next is what the empty string at a place of a text is next to.
func next(text []rune, at int) int {
	found := 0
	if at == 0 {
		found |= beginText | beginLine
	} else if text[at-1] == '\n' {
		found |= beginLine
	}
	if at == len(text) {
		found |= endText | endLine
	} else if text[at] == '\n' {
		found |= endLine
	}
	if (at > 0 && inWord(text[at-1])) != (at < len(text) && inWord(text[at])) {
		return found | wordBoundary
	}
	return found | noBoundary
}

// inWord says whether a character is part of a word.
func inWord(char rune) bool {
	return char == '_' || char >= '0' && char <= '9' || folded(char) >= 'a' && folded(char) <= 'z'
}
