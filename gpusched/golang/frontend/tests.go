package main

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

// testFunc is a test or benchmark that was chosen.
type testFunc struct {
	name  string
	kind  string // Test, Benchmark, Example
	outer bool   // whether it is of the external test package
	pos   token.Position

	output    string // what an example prints
	unordered bool   // in whatever order of lines
}

// testChoice says which functions of a package's tests are wanted.
type testChoice struct {
	run   string   // regular expression for tests
	bench string   // for benchmarks, "" for none
	files []string // files that declare them, none for all
}

// testKinds are the functions that go test knows, by prefix, and the type that they take.
var testKinds = map[string]string{"Test": "T", "Benchmark": "B"}

// loadTests loads the package in cfg.Dir with its test files, and makes a main package that runs the one of its tests that the variable which names.
func (p *program) loadTests(cfg *packages.Config, choice testChoice) error {
	cfg.Tests = true
	leaveOut(cfg, choice.files)
	found, err := packages.Load(cfg, ".")
	if err != nil {
		return err
	}
	inner, outer := variants(found)
	var roots []*packages.Package
	for _, pkg := range []*packages.Package{inner, outer} {
		if pkg != nil {
			roots = append(roots, pkg)
		}
	}
	if len(roots) == 0 {
		roots = found
	}
	if messages := problems(roots, cfg.Dir); len(messages) > 0 {
		return errors.New(strings.Join(messages, "\n"))
	}
	if inner == nil && outer == nil {
		return fmt.Errorf("%s: no test files", cfg.Dir)
	}
	if err := p.choose(inner, outer, choice); err != nil {
		return err
	}
	return p.testMain(inner, outer)
}

// ownInit says whether an init function of a standard package is declared in a file with chosen tests.
func (p *program) ownInit(fn *ssa.Function) bool {
	name := p.fset.Position(fn.Pos()).Filename
	return slices.ContainsFunc(p.tests, func(one testFunc) bool { return one.pos.Filename == name })
}

// variants are the package with its own test files and the external test package, each nil if there is none.
func variants(found []*packages.Package) (inner, outer *packages.Package) {
	for _, pkg := range found {
		switch {
		case !strings.HasSuffix(pkg.ID, ".test]"):
		case strings.HasSuffix(pkg.Name, "_test") && strings.HasSuffix(pkg.PkgPath, "_test"):
			outer = pkg
		default:
			inner = pkg
		}
	}
	return inner, outer
}

// choose fills p.tests; a choice that nothing matches is an error that lists what there is.
func (p *program) choose(inner, outer *packages.Package, choice testChoice) error {
	patterns := map[string]*regexp.Regexp{}
	for kind, text := range map[string]string{"Test": choice.run, "Benchmark": choice.bench, "Example": choice.run} {
		pattern, err := regexp.Compile(topLevel(text))
		if err != nil {
			return fmt.Errorf("%q is no regular expression: %s", text, err)
		}
		patterns[kind] = pattern
	}
	var names []string
	for _, pkg := range []*packages.Package{inner, outer} {
		if pkg == nil {
			continue
		}
		for _, one := range append(p.testFuncs(pkg, pkg == outer), p.examples(pkg, pkg == outer)...) {
			if one.kind == "Benchmark" && choice.bench == "" || len(choice.files) > 0 && !slices.Contains(choice.files, filepath.Base(one.pos.Filename)) {
				continue
			}
			names = append(names, one.name)
			if patterns[one.kind].MatchString(one.name) {
				p.tests = append(p.tests, one)
			}
		}
	}
	if len(names) == 0 {
		return fmt.Errorf("%s: no tests", p.dir)
	}
	for i, pattern := range []string{choice.run, choice.bench} {
		var err error
		if p.subtests[i], err = subtestPatterns(pattern); err != nil {
			return err
		}
	}
	if len(p.tests) == 0 {
		return fmt.Errorf("no test matches %q; there are %s", cmp.Or(choice.run, choice.bench), strings.Join(names, ", "))
	}
	return nil
}

// testFuncs are the package's tests and benchmarks in the order of the source.
func (p *program) testFuncs(pkg *packages.Package, outer bool) []testFunc {
	var list []testFunc
	for _, file := range pkg.Syntax {
		if !strings.HasSuffix(p.fset.Position(file.Pos()).Filename, "_test.go") {
			continue
		}
		for _, declaration := range file.Decls {
			function, isFunction := declaration.(*ast.FuncDecl)
			if !isFunction || function.Recv != nil {
				continue
			}
			name := function.Name.Name
			object := pkg.Types.Scope().Lookup(name)
			for kind, takes := range testKinds {
				if testName(name, kind) && takesPointer(object, takes) {
					list = append(list, testFunc{name: name, kind: kind, outer: outer, pos: p.fset.Position(function.Name.Pos())})
				}
			}
		}
	}
	return list
}

// testName says whether go test takes a function called name for one of kind: what follows the prefix is not a lower-case letter.
func testName(name, kind string) bool {
	rest, is := strings.CutPrefix(name, kind)
	return is && name != "TestMain" && (rest == "" || !(rest[0] >= 'a' && rest[0] <= 'z'))
}

// takesPointer says whether object is a function of one parameter of type *testing.takes.
func takesPointer(object types.Object, takes string) bool {
	if object == nil {
		return false
	}
	signature, isFunction := object.Type().(*types.Signature)
	return isFunction && signature.Params().Len() == 1 && signature.TypeParams() == nil && signature.Params().At(0).Type().String() == "*testing."+takes
}

// testMain makes the main package of a test process.
func (p *program) testMain(inner, outer *packages.Package) error {
	main := &packages.Package{Name: "main", Imports: map[string]*packages.Package{}}
	imports, setUp := "", ""
	var roots []*packages.Package
	for _, pkg := range []*packages.Package{inner, outer} {
		if pkg == nil {
			continue
		}
		roots = append(roots, pkg)
		name := "inner"
		if pkg == outer {
			name = "outer"
		}
		main.Imports[pkg.PkgPath] = pkg
		main.PkgPath = strings.TrimSuffix(pkg.PkgPath, "_test") + ".test"
		main.TypesSizes = pkg.TypesSizes
		used := slices.ContainsFunc(p.tests, func(one testFunc) bool { return one.outer == (pkg == outer) })
		if takesPointer(pkg.Types.Scope().Lookup("TestMain"), "M") {
			setUp, used = "\t"+name+".TestMain(m)\n", true
		}
		if !used {
			name = "_"
		}
		imports += fmt.Sprintf("\t%s %q\n", name, pkg.PkgPath)
	}
	main.ID = main.PkgPath
	packages.Visit(roots, nil, func(pkg *packages.Package) {
		if pkg.PkgPath == "testing" {
			main.Imports["testing"] = pkg
		}
	})
	if main.Imports["testing"] == nil {
		return fmt.Errorf("%s: its tests do not import testing", p.dir)
	}
	return p.checkTestMain(main, p.testMainText(imports, setUp))
}

// testMainText is the main package's source.
func (p *program) testMainText(imports, setUp string) string {
	cases := map[string]string{}
	for number, one := range p.tests {
		name := "inner"
		if one.outer {
			name = "outer"
		}
		cases[one.kind] += fmt.Sprintf("\tcase %d:\n\t\treturn testing.Internal%s{Name: %q, F: %s.%s}\n", number, one.kind, one.name, name, one.name)
	}
	if setUp == "" {
		setUp = "\tm.Run();" // in the line of what follows
	}
	text := "package main\n\nimport (\n\t\"testing\"\n" + imports + ")\n\nvar which, turns = 0, 1\n\nvar short = false\n\n"
	text += "func main() {\n\tm := testing.Chosen(test(), benchmark(), example(), short, turns, " + strings.Join(p.subtests[:], ", ") + ")\n" + setUp + "\tm.Finish()\n}\n"
	for _, kind := range []string{"Test", "Benchmark", "Example"} {
		name := strings.ToLower(kind)
		text += fmt.Sprintf("\nfunc %s() testing.Internal%s {\n\tswitch which {\n%s\t}\n\treturn testing.Internal%s{}\n}\n", name, kind, cases[kind], kind)
	}
	return text
}

// checkTestMain type-checks the main package and makes it the program's.
func (p *program) checkTestMain(main *packages.Package, text string) error {
	file, err := parser.ParseFile(p.fset, filepath.Join(p.dir, "gpusched_testmain.go"), text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	main.Syntax = []*ast.File{file}
	main.TypesInfo = newInfo()
	config := types.Config{Importer: p.importer(main), Sizes: main.TypesSizes}
	if main.Types, err = config.Check(main.PkgPath, p.fset, main.Syntax, main.TypesInfo); err != nil {
		return err
	}
	p.main = main
	return nil
}

// newInfo is an empty record of everything that SSA needs of a type-checked package.
func newInfo() *types.Info {
	return &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{}}
}
