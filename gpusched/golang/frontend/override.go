package main

import (
	"errors"
	"fmt"
	"go/constant"
	"go/parser"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// overridesFile is the file that the overlay adds to the main package: the declarations of what is overridden. The package has none of
// that name.
func (p *program) overridesFile() string {
	for number := 0; ; number++ {
		name := filepath.Join(p.dir, "gpusched_overrides"+strings.Repeat("_", number)+".go")
		if _, err := os.Lstat(name); err != nil {
			return name
		}
	}
}

// override type-checks the main package once more with its overrides in place. An overridden name is renamed to _ where it is
// declared, and declared anew in a file of its own, so that every other position stays.
func (p *program) override(plain *packages.Package, overlay map[string][]byte) (*packages.Package, error) {
	p.consts = declarations(p.fset, plain)
	if len(p.set)+len(p.vary) == 0 {
		return plain, nil
	}
	values, err := p.values()
	if err != nil {
		return nil, err
	}
	extra, err := newRewriter(p, plain, overlay).files(p.vary, values)
	if err != nil {
		return nil, err
	}
	main, failed := p.recheck(plain, extra, overlay)
	if failed == nil {
		p.refresh(main)
		return main, nil
	}
	return nil, p.fixed(plain, overlay, values, failed)
}

// fixed is an error with a line for each name that can not vary; failed where each can by itself.
func (p *program) fixed(plain *packages.Package, overlay map[string][]byte, values map[string]constant.Value, failed error) error {
	var lines []string
	for _, name := range p.vary {
		if extra, err := newRewriter(p, plain, overlay).files([]string{name}, values); err != nil {
			return err
		} else if _, err := p.recheck(plain, extra, overlay); err != nil {
			first, _, _ := strings.Cut(err.Error(), "\n")
			lines = append(lines, fmt.Sprintf("%s must stay a constant, it can not vary from world to world: %s", name, first))
		}
	}
	if lines == nil {
		return failed
	}
	return errors.New(strings.Join(lines, "\n"))
}

// values are the given values of constants, parsed; it notes them in p.consts.
func (p *program) values() (map[string]constant.Value, error) {
	values := map[string]constant.Value{}
	for _, name := range slices.Sorted(maps.Keys(p.set)) {
		one, err := p.find(name)
		if err != nil {
			return nil, err
		}
		if values[name], err = parseValue(one, p.set[name]); err != nil {
			return nil, err
		}
	}
	for _, name := range p.vary {
		if _, err := p.find(name); err != nil {
			return nil, err
		}
	}
	for i, one := range p.consts {
		if value, given := values[one.name]; given {
			p.consts[i].value = value
		}
	}
	return values, nil
}

// overridden are the files of the main package, with their texts, that differ where constants have other values.
func (p *program) overridden(plain *packages.Package, overlay map[string][]byte) (map[string][]byte, error) {
	p.consts = declarations(p.fset, plain)
	values, err := p.values()
	if err != nil {
		return nil, err
	}
	extra, err := newRewriter(p, plain, overlay).files(nil, values)
	if err != nil {
		return nil, err
	}
	_, err = p.recheck(plain, extra, overlay)
	return extra, err
}

// find is the declaration called name; an unknown one is an error that lists the valid names.
func (p *program) find(name string) (declared, error) {
	var names []string
	for _, one := range p.consts {
		if one.name == name {
			return one, nil
		}
		names = append(names, one.name)
	}
	if len(names) == 0 {
		return declared{}, fmt.Errorf("%s is no constant of the package: it has none that can be overridden", name)
	}
	return declared{}, fmt.Errorf("%s is no constant of the package; it has %s", name, strings.Join(names, ", "))
}

// recheck type-checks the main package with files put over its own; what it imports is taken from plain.
func (p *program) recheck(plain *packages.Package, extra, overlay map[string][]byte) (*packages.Package, error) {
	changed := *plain
	changed.Syntax = nil
	names := append(slices.Clone(plain.CompiledGoFiles), p.overridesFile())
	for _, name := range names {
		source, err := p.source(name, extra, overlay)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(p.fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		changed.Syntax = append(changed.Syntax, file)
	}
	var problems []string
	config := types.Config{Importer: p.importer(plain), Sizes: plain.TypesSizes, Error: func(err error) {
		problem := err.(types.Error)
		problems = append(problems, shorten(p.fset.Position(problem.Pos).String(), p.dir)+": "+problem.Msg)
	}}
	if plain.Module != nil && plain.Module.GoVersion != "" {
		config.GoVersion = "go" + plain.Module.GoVersion
	}
	changed.TypesInfo = newInfo()
	changed.Types, _ = config.Check(plain.PkgPath, p.fset, changed.Syntax, changed.TypesInfo)
	if len(problems) > 0 {
		return nil, errors.New(strings.Join(problems, "\n"))
	}
	return &changed, nil
}

// source is the text of a file, from the first of the maps that has it, else from the disk.
func (p *program) source(name string, first, second map[string][]byte) ([]byte, error) {
	if text := first[name]; text != nil {
		return text, nil
	}
	if text := second[name]; text != nil {
		return text, nil
	}
	return os.ReadFile(name)
}

// importFunc makes an importer of a function.
type importFunc func(path string) (*types.Package, error)

// Import calls the function.
func (f importFunc) Import(path string) (*types.Package, error) { return f(path) }

// importer gives the packages that plain imports, or that its imports do, as they were loaded.
func (p *program) importer(plain *packages.Package) types.Importer {
	return importFunc(func(path string) (*types.Package, error) {
		if pkg := plain.Imports[path]; pkg != nil {
			return pkg.Types, nil
		}
		if pkg := p.packages[path]; pkg != nil {
			return pkg.Types, nil
		}
		return nil, fmt.Errorf("package %s is not loaded", path)
	})
}
