package main

import (
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// program is the type-checked main package, its imports, and their SSA (built package by package, on demand).
type program struct {
	fset     *token.FileSet
	main     *packages.Package
	ssaMain  *ssa.Package
	runtime  *ssa.Package // the package at supportPath, nil without it
	prog     *ssa.Program
	packages map[string]*packages.Package // by import path
	order    []*packages.Package          // initialisation order
	consts   []declared                   // package-level constants and variables of main
	set      map[string]string            // as given: name -> value
	vary     []string
	dir      string
	support  string // directory of the package at supportPath
	version  string
	tests    []testFunc // that were chosen, where the main package is made for tests
	subtests [2]string  // Go text of the patterns of subtests, of tests and of benchmarks
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
	cfg := &packages.Config{Mode: loadMode, Dir: dir, Env: env, BuildFlags: []string{"-tags=" + opts.tags}, Fset: p.fset, Overlay: overlay}
	if opts.tests != nil {
		if err := p.loadTests(cfg, *opts.tests); err != nil {
			return nil, err
		}
		p.index()
		p.consts = declarations(p.fset, p.main)
	} else {
		if p.main, err = loadOne(cfg); err != nil {
			return nil, err
		}
		p.index()
		if p.main, err = p.override(p.main, overlay); err != nil {
			return nil, err
		}
	}
	p.packages[p.main.PkgPath] = p.main
	if p.makesBubbles() {
		bubbles()
	}
	p.order[len(p.order)-1] = p.main
	prog, mains := ssautil.AllPackages([]*packages.Package{p.main}, ssa.InstantiateGenerics|ssa.BareInits)
	p.prog, p.ssaMain = prog, mains[0]
	return p, p.loadSupport(opts.work)
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

// makesBubbles says whether a package that is not of the standard library, or the one under test, can make synctest bubbles.
func (p *program) makesBubbles() bool {
	for path, pkg := range p.packages {
		tested := strings.TrimSuffix(path, "_test")+".test" == p.main.PkgPath
		if tested || !p.standard(path) {
			if pkg.Imports["testing/synctest"] != nil || pkg.Imports["internal/synctest"] != nil {
				return true
			}
		}
	}
	return false
}

// standard says whether the package is of Go's standard library.
func (p *program) standard(path string) bool {
	pkg := p.packages[path]
	return pkg != nil && pkg.Module == nil && path != p.main.PkgPath
}

// localDirs are the directories of the packages that belong to no released module: what they hold may change.
func (p *program) localDirs() []string {
	var dirs []string
	for _, pkg := range p.order {
		if module := pkg.Module; module != nil && (module.Version == "" || module.Replace != nil && module.Replace.Version == "") && len(pkg.GoFiles) > 0 {
			dirs = append(dirs, filepath.Dir(pkg.GoFiles[0]))
		}
	}
	dirs = append(dirs, p.dir)
	if p.support != "" {
		dirs = append(dirs, p.support)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}
