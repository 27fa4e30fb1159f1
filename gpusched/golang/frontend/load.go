package main

import (
	"cmp"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// program is the type-checked main package, its imports, and their SSA (built package by package, on demand).
type program struct {
	fset     *token.FileSet
	main     *packages.Package
	ssaMain  *ssa.Package
	prog     *ssa.Program
	packages map[string]*packages.Package // by import path
	order    []*packages.Package          // initialisation order
	consts   []declared                   // package-level constants and variables of main
	set      map[string]string            // as given: name -> value
	vary     []string
	dir      string
	version  string
}

const loadMode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedDeps |
	packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes | packages.NeedModule

// load type-checks the package in opts.dir with everything it imports and makes its SSA package.
func load(opts *options) (*program, error) {
	dir, err := filepath.Abs(opts.dir)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s: not a directory with a Go package", opts.dir)
	}
	temp, err := os.MkdirTemp("", "gpusched-frontend-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	overlay := map[string][]byte{}
	for path, text := range opts.overlay {
		overlay[path] = []byte(text)
	}
	shims(overlay)
	env, err := workspace(dir, opts.work, temp, overlay)
	if err != nil {
		return nil, err
	}
	p := &program{fset: token.NewFileSet(), dir: dir, set: opts.set, vary: opts.vary, version: runtime.Version()}
	loadWith := func(extra map[string][]byte) (*packages.Package, error) {
		merged := map[string][]byte{}
		for path, text := range overlay {
			merged[path] = text
		}
		for path, text := range extra {
			merged[path] = text
		}
		cfg := &packages.Config{Mode: loadMode, Dir: dir, Env: env, BuildFlags: []string{"-tags=" + opts.tags}, Fset: p.fset, Overlay: merged}
		return loadOne(cfg)
	}
	if p.main, err = loadOverridden(p, loadWith, overlay); err != nil {
		return nil, err
	}
	p.index()
	prog, mains := ssautil.AllPackages([]*packages.Package{p.main}, ssa.InstantiateGenerics|ssa.BareInits)
	p.prog, p.ssaMain = prog, mains[0]
	return p, nil
}

// loadOne loads the package in cfg.Dir and reports its errors in Go's own words.
func loadOne(cfg *packages.Config) (*packages.Package, error) {
	found, err := packages.Load(cfg, ".")
	if err != nil {
		return nil, err
	}
	messages := problems(found, cfg.Dir)
	switch {
	case len(messages) > 0:
		return nil, errors.New(strings.Join(messages, "\n"))
	case len(found) != 1:
		return nil, fmt.Errorf("%s: %d packages where one main package is needed", cfg.Dir, len(found))
	case found[0].Name != "main":
		return nil, fmt.Errorf("%s: package %s is not a main package", cfg.Dir, found[0].Name)
	case found[0].Types.Scope().Lookup("main") == nil:
		return nil, fmt.Errorf("%s: function main is undeclared in the main package", cfg.Dir)
	}
	return found[0], nil
}

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

// workspace makes imports resolve: a go.work of the user's module and of gpusched/work, and a go.mod (in the overlay) where the
// directory lies in no module. It returns the environment for the go command.
func workspace(dir, work, temp string, overlay map[string][]byte) ([]string, error) {
	env := append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOTOOLCHAIN=local", "GOFLAGS=", "GO111MODULE=on", "PWD="+dir)
	version := strings.TrimPrefix(runtime.Version(), "go")
	root := moduleRoot(dir)
	if root == "" {
		root = dir
		overlay[filepath.Join(dir, "go.mod")] = fmt.Appendf(nil, "module example/%s\n\ngo %s\n", moduleName(dir), version)
	}
	uses := []string{root}
	if previous := workFile(dir); previous != "" {
		text, err := os.ReadFile(previous)
		if err != nil {
			return nil, err
		}
		file, err := modfile.ParseWork(previous, text, nil)
		if err != nil {
			return nil, err
		}
		for _, use := range file.Use {
			path := use.Path
			if !filepath.IsAbs(path) {
				path = filepath.Join(filepath.Dir(previous), path)
			}
			uses = append(uses, path)
		}
	}
	if work != "" {
		abs, err := filepath.Abs(work)
		if err != nil {
			return nil, err
		}
		uses = append(uses, abs)
	}
	slices.Sort(uses)
	text := "go " + version + "\n\nuse (\n"
	for _, use := range slices.Compact(uses) {
		text += "\t" + modfile.AutoQuote(use) + "\n"
	}
	name := filepath.Join(temp, "go.work")
	if err := os.WriteFile(name, []byte(text+")\n"), 0o600); err != nil {
		return nil, err
	}
	return append(env, "GOWORK="+name), nil
}

// moduleRoot is the nearest directory at or above dir that has a go.mod, or "".
func moduleRoot(dir string) string { return above(dir, "go.mod") }

// workFile is the go.work that the go command would use for dir, or "".
func workFile(dir string) string {
	switch name := os.Getenv("GOWORK"); name {
	case "off":
		return ""
	case "":
		if at := above(dir, "go.work"); at != "" {
			return filepath.Join(at, "go.work")
		}
		return ""
	default:
		return name
	}
}

// above is the nearest directory at or above dir that has the file, or "".
func above(dir, file string) string {
	for {
		if info, err := os.Stat(filepath.Join(dir, file)); err == nil && !info.IsDir() {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// moduleName is the directory's name with every character that a module path may not have replaced.
func moduleName(dir string) string {
	name := strings.Map(func(r rune) rune {
		if r < 128 && (r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, filepath.Base(dir))
	return name
}

// index fills packages and order: an initialisation order as Go's linker makes it, by import path among those that are ready.
func (p *program) index() {
	p.packages = map[string]*packages.Package{}
	packages.Visit([]*packages.Package{p.main}, nil, func(pkg *packages.Package) { p.packages[pkg.PkgPath] = pkg })
	var paths []string
	for path := range p.packages {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	done := map[string]bool{}
	for len(p.order) < len(paths) {
		for _, path := range paths {
			if pkg := p.packages[path]; !done[path] && ready(pkg, done) {
				done[path] = true
				p.order = append(p.order, pkg)
				break
			}
		}
	}
}

// ready says whether everything that pkg imports is initialised.
func ready(pkg *packages.Package, done map[string]bool) bool {
	for _, imported := range pkg.Imports {
		if !done[imported.PkgPath] {
			return false
		}
	}
	return true
}

// standard says whether the package is of Go's standard library.
func (p *program) standard(path string) bool {
	pkg := p.packages[path]
	return pkg != nil && pkg.Module == nil && path != p.main.PkgPath
}
