package main

import (
	"cmp"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// problems are the packages' errors in Go's own words, by position: those of the go command, else those of syntax, else those of types.
func problems(found []*packages.Package, dir string) []string {
	kinds := map[packages.ErrorKind][]packages.Error{}
	var cgo []string
	packages.Visit(found, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			kinds[e.Kind] = append(kinds[e.Kind], e)
		}
		if len(p.Errors) > 0 {
			cgo = append(cgo, cgoImports(p, dir)...)
		}
	})
	if len(cgo) > 0 {
		return cgo
	}
	var messages []string
	for _, kind := range []packages.ErrorKind{packages.ListError, packages.ParseError, packages.TypeError, packages.UnknownError} {
		slices.SortStableFunc(kinds[kind], func(a, b packages.Error) int { return comparePositions(a.Pos, b.Pos) })
		for _, e := range kinds[kind] {
			line := strings.Join(strings.Fields(e.Msg), " ")
			if e.Pos != "" && e.Pos != "-" {
				line = shorten(e.Pos, dir) + ": " + line
			}
			if !slices.Contains(messages, line) {
				messages = append(messages, line)
			}
		}
		if len(messages) > 0 {
			break
		}
	}
	return messages
}

// cgoImports names the places where files that the build leaves out import "C".
func cgoImports(p *packages.Package, dir string) []string {
	var list []string
	for _, name := range p.IgnoredFiles {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, spec := range file.Imports {
			if spec.Path.Value == `"C"` {
				list = append(list, shorten(fset.Position(spec.Pos()).String(), dir)+": cgo can not be simulated; use work.Syscall for the time that it takes")
			}
		}
	}
	return list
}

// comparePositions orders file:line:column texts.
func comparePositions(a, b string) int {
	first, second := strings.Split(a, ":"), strings.Split(b, ":")
	for i := range min(len(first), len(second)) {
		if order := cmp.Or(cmp.Compare(len(first[i]), len(second[i])), cmp.Compare(first[i], second[i])); order != 0 && i > 0 {
			return order
		} else if i == 0 && first[0] != second[0] {
			return cmp.Compare(first[0], second[0])
		}
	}
	return cmp.Compare(len(first), len(second))
}

// shorten makes the file name of a position relative to the present directory, as Go does; names relative to dir are taken from there.
func shorten(pos, dir string) string {
	name, rest, _ := strings.Cut(pos, ":")
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	here, err := os.Getwd()
	if err == nil {
		if short, err := filepath.Rel(here, name); err == nil && !strings.HasPrefix(short, "..") {
			name = short
		}
	}
	return name + ":" + rest
}
