package main

import (
	"go/ast"
	"go/doc"
	"go/token"
	"strings"

	"golang.org/x/tools/go/packages"
)

// examples are the package's example functions that say what they print, in the order of the source: those that go test runs.
func (p *program) examples(pkg *packages.Package, outer bool) []testFunc {
	var list []testFunc
	for _, file := range pkg.Syntax {
		if !strings.HasSuffix(p.fset.Position(file.Pos()).Filename, "_test.go") {
			continue
		}
		places := map[string]token.Pos{}
		for _, declaration := range file.Decls {
			if function, is := declaration.(*ast.FuncDecl); is && function.Recv == nil {
				places["Example"+strings.TrimPrefix(function.Name.Name, "Example")] = function.Name.Pos()
			}
		}
		for _, one := range doc.Examples(file) {
			if at, known := places["Example"+one.Name]; known && (one.Output != "" || one.EmptyOutput) {
				list = append(list, testFunc{name: "Example" + one.Name, kind: "Example", outer: outer, pos: p.fset.Position(at), output: one.Output,
					unordered: one.Unordered})
			}
		}
	}
	return list
}
