package main

import (
	"fmt"
	"regexp/syntax"
	"strings"
)

// alternatives takes a pattern of tests and their subtests apart as go test does: at | into alternatives, these at / into one expression for each level.
func alternatives(pattern string) [][]string {
	list := [][]string{}
	for _, one := range splitOutside(pattern, '|') {
		list = append(list, splitOutside(one, '/'))
	}
	return list
}

// splitOutside splits at a character that stands in no brackets or parentheses and behind no backslash.
func splitOutside(text string, at byte) []string {
	var parts []string
	start, brackets, parentheses := 0, 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '[':
			brackets++
		case ']':
			brackets = max(brackets-1, 0)
		case '(':
			if brackets == 0 {
				parentheses++
			}
		case ')':
			if brackets == 0 {
				parentheses--
			}
		case '\\':
			i++
		case at:
			if brackets == 0 && parentheses == 0 {
				parts = append(parts, text[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, text[start:])
}

// topLevel is the part of a pattern that names of tests have to match.
func topLevel(pattern string) string {
	if !strings.Contains(pattern, "/") {
		return pattern
	}
	var parts []string
	for _, one := range alternatives(pattern) {
		parts = append(parts, "(?:"+one[0]+")")
	}
	return strings.Join(parts, "|")
}

// subtestPatterns is the Go text of a pattern as the testing shim takes it: nil if it says nothing of subtests.
func subtestPatterns(pattern string) (string, error) {
	if !strings.Contains(pattern, "/") {
		return "nil", nil
	}
	text := "[][]testing.Pattern{"
	for _, levels := range alternatives(pattern) {
		text += "{"
		for _, level := range levels {
			compiled, err := patternText(level)
			if err != nil {
				return "", fmt.Errorf("%q is no regular expression: %s", level, err)
			}
			text += compiled + ", "
		}
		text += "}, "
	}
	return text + "}", nil
}

// patternText is the Go text of a compiled regular expression.
func patternText(expression string) (string, error) {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return "", err
	}
	compiled, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("{Start: %d, Steps: []testing.Step{", compiled.Start)
	for _, step := range compiled.Inst {
		text += fmt.Sprintf("{Op: %d, Out: %d, Arg: %d, Runes: %#v}, ", step.Op, step.Out, step.Arg, step.Rune)
	}
	return text + "}}", nil
}
