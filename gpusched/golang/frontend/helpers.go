package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// helper is a declaration of a test file that is not wanted itself.
type helper struct {
	names      []string // that it declares; for a method, its type's
	uses       []string
	start, end int
	kept       bool
}

// helperFile is such a file.
type helperFile struct {
	name, text string
	parsed     *ast.File
	fset       *token.FileSet
	helpers    []*helper
}

// leaveOut empties the files of the external test package that are not among those wanted, if any are named, but for what those need of them.
func leaveOut(cfg *packages.Config, wanted []string) {
	if len(wanted) == 0 {
		return
	}
	names, _ := filepath.Glob(filepath.Join(cfg.Dir, "*_test.go"))
	var others []*helperFile
	var queue []string
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil || !strings.HasSuffix(file.Name.Name, "_test") {
			continue
		}
		if slices.Contains(wanted, filepath.Base(name)) {
			queue = append(queue, identifiers(file)...)
		} else {
			others = append(others, &helperFile{name, string(text), file, fset, helpersOf(fset, file)})
		}
	}
	declared := keepNeeded(others, queue)
	for _, file := range others {
		cfg.Overlay[file.name] = []byte(file.remaining(declared))
	}
}

// identifiers are the names in a piece of source, without those of fields and methods.
func identifiers(node ast.Node) []string {
	var list []string
	ast.Inspect(node, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.Ident:
			list = append(list, node.Name)
		case *ast.SelectorExpr:
			list = append(list, identifiers(node.X)...)
			return false
		}
		return true
	})
	return list
}

// helpersOf are a file's declarations.
func helpersOf(fset *token.FileSet, file *ast.File) []*helper {
	var list []*helper
	for _, declaration := range file.Decls {
		one := &helper{uses: identifiers(declaration), start: fset.Position(declaration.Pos()).Offset, end: fset.Position(declaration.End()).Offset}
		switch declaration := declaration.(type) {
		case *ast.FuncDecl:
			if declaration.Recv != nil {
				one.names = identifiers(declaration.Recv.List[0].Type)
			} else if declaration.Name.Name != "TestMain" && declaration.Name.Name != "init" {
				one.names = []string{declaration.Name.Name}
			}
		case *ast.GenDecl:
			if declaration.Tok == token.IMPORT {
				continue
			}
			for _, spec := range declaration.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					one.names = append(one.names, spec.Name.Name)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						one.names = append(one.names, name.Name)
					}
				}
			}
		}
		list = append(list, one)
	}
	return list
}

// keepNeeded marks what the names in queue need; it returns what the files declare.
func keepNeeded(files []*helperFile, queue []string) map[string]bool {
	declared, all := map[string][]*helper{}, map[string]bool{}
	for _, file := range files {
		for _, one := range file.helpers {
			for _, name := range one.names {
				declared[name], all[name] = append(declared[name], one), true
			}
		}
	}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		for _, one := range declared[name] {
			if !one.kept {
				one.kept = true
				queue = append(queue, one.uses...)
			}
		}
		delete(declared, name)
	}
	return all
}

// remaining is the file's text with blanks in place of what is not kept, and of imports that nothing uses then.
func (f *helperFile) remaining(declared map[string]bool) string {
	text := []byte(f.text)
	used, foreign := map[string]bool{}, false // foreign: a name that only an import without a name of its own can give
	for _, one := range f.helpers {
		if !one.kept {
			blank(text, one.start, one.end)
			continue
		}
		for _, name := range one.uses {
			used[name] = true
			foreign = foreign || ast.IsExported(name) && !declared[name]
		}
	}
	for _, group := range f.parsed.Decls {
		imports, isImport := group.(*ast.GenDecl)
		if !isImport || imports.Tok != token.IMPORT {
			continue
		}
		for _, spec := range imports.Specs {
			one := spec.(*ast.ImportSpec)
			full, _ := strconv.Unquote(one.Path.Value)
			name := path.Base(full)
			if one.Name != nil {
				name = one.Name.Name
			}
			if used[name] || name == "." && foreign {
				continue
			}
			start, end := spec.Pos(), spec.End()
			if !imports.Lparen.IsValid() {
				start, end = imports.Pos(), imports.End()
			}
			blank(text, f.fset.Position(start).Offset, f.fset.Position(end).Offset)
		}
	}
	for _, group := range f.parsed.Comments {
		for _, comment := range group.List {
			if strings.HasPrefix(comment.Text, "//go:linkname") || strings.HasPrefix(comment.Text, "//go:embed") {
				blank(text, f.fset.Position(comment.Pos()).Offset, f.fset.Position(comment.End()).Offset)
			}
		}
	}
	return string(text)
}

// blank puts spaces over everything but line ends.
func blank(text []byte, start, end int) {
	for i := start; i < end; i++ {
		if text[i] != '\n' {
			text[i] = ' '
		}
	}
}
