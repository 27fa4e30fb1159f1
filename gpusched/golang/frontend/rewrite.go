package main

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// edit replaces the bytes from offset to end of a file.
type edit struct {
	offset, end int
	text        string
}

// rewriter makes the overlay in which constants have other values or are variables.
type rewriter struct {
	*program
	pkg        *packages.Package
	overlay    map[string][]byte
	edits      map[string][]edit           // by file
	variables  map[types.Object]types.Type // constants that become variables, and of which type
	derived    []derivation
	overridden []*types.Const    // constants that are declared anew
	imports    map[string]string // path -> name in the file of overrides
	aliases    []string          // types that the file of overrides gives a name to
	lines      []string          // declarations in the file of overrides
}

func newRewriter(p *program, pkg *packages.Package, overlay map[string][]byte) *rewriter {
	return &rewriter{program: p, pkg: pkg, overlay: overlay, edits: map[string][]edit{}, variables: map[types.Object]types.Type{}, imports: map[string]string{}}
}

// files are the main package's files with the overridden names taken out, and the file that declares them anew.
func (r *rewriter) files(vary []string, values map[string]constant.Value) (map[string][]byte, error) {
	for _, one := range r.consts {
		_, set := values[one.name]
		varies := slices.Contains(vary, one.name)
		if !set && (!varies || one.isVar) {
			continue
		}
		object := r.pkg.Types.Scope().Lookup(one.name)
		r.replace(object.Pos(), object.Pos()+token.Pos(len(one.name)), "_"+strings.Repeat(" ", len(one.name)-1))
		if varies && !one.isVar {
			r.variables[object] = variableType(one)
		}
		if constant, isConst := object.(*types.Const); isConst {
			r.overridden = append(r.overridden, constant)
		}
		r.declare(one, varies || one.isVar)
	}
	r.derive(values)
	r.clearInitializers()
	r.convertUses()
	return r.apply()
}

// variableType is the type of the variable that a constant becomes.
func variableType(one declared) types.Type {
	if one.uses != nil {
		return one.uses
	}
	return types.Default(one.kind)
}

// replace notes an edit of the source between two positions.
func (r *rewriter) replace(from, to token.Pos, text string) {
	start := r.fset.PositionFor(from, false)
	r.edits[start.Filename] = append(r.edits[start.Filename], edit{start.Offset, start.Offset + int(to-from), text})
}

// declare adds the line that declares a constant or variable with its value.
func (r *rewriter) declare(one declared, variable bool) {
	word, kind := "const", one.kind
	if variable {
		word, kind = "var", variableType(one)
	}
	typeText := ""
	if basic, isBasic := types.Unalias(kind).(*types.Basic); !isBasic || basic.Info()&types.IsUntyped == 0 {
		typeText = " " + r.alias(kind)
	}
	r.lines = append(r.lines, fmt.Sprintf("%s %s%s = %s", word, one.name, typeText, literal(one.value, kind)))
}

// alias is a name for the type in every file of the package.
func (r *rewriter) alias(kind types.Type) string {
	text := types.TypeString(kind, func(other *types.Package) string {
		if other == r.pkg.Types {
			return ""
		}
		if r.imports[other.Path()] == "" {
			r.imports[other.Path()] = fmt.Sprintf("gpusched%d", len(r.imports))
		}
		return r.imports[other.Path()]
	})
	at := slices.Index(r.aliases, text)
	if at < 0 {
		at = len(r.aliases)
		r.aliases = append(r.aliases, text)
	}
	return fmt.Sprintf("gpuschedType%d", at)
}

// convertUses turns uses of a former untyped constant that take another type than the variable's into conversions.
func (r *rewriter) convertUses() {
	info, inDivision, effective := r.pkg.TypesInfo, divided(r.pkg), effectiveTypes(r.pkg)
	names := slices.SortedFunc(maps.Keys(info.Uses), func(a, b *ast.Ident) int { return cmp.Compare(a.Pos(), b.Pos()) })
	for _, name := range names {
		object := info.Uses[name]
		kind := r.variables[object]
		if kind == nil || !isUntyped(object.Type()) || effective[name] == nil {
			continue
		}
		used := effective[name]
		if isUntyped(used) && isInteger(used) == isInteger(object.Type()) {
			continue
		}
		used = types.Default(used)
		if !types.Identical(used, kind) && expressible(used, r.pkg.Types) && (isInteger(used) || !isInteger(kind) || !inDivision[name]) {
			r.replace(name.Pos(), name.End(), r.alias(used)+"("+name.Name+")")
		}
	}
}

// isUntyped says whether t is the type of an untyped constant.
func isUntyped(t types.Type) bool {
	basic, isBasic := t.(*types.Basic)
	return isBasic && basic.Info()&types.IsUntyped != 0
}

// apply carries out the edits.
func (r *rewriter) apply() (map[string][]byte, error) {
	files := map[string][]byte{}
	tails := map[string]string{}
	for _, one := range r.derived {
		if err := r.moveDerived(one, tails); err != nil {
			return nil, err
		}
	}
	for name, edits := range r.edits {
		text, err := r.source(name, r.overlay, nil)
		if err != nil {
			return nil, err
		}
		changed, err := edited(text, edits, 0)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files[name] = append(changed, tails[name]...)
	}
	text := "package main\n\n"
	for _, path := range slices.Sorted(maps.Keys(r.imports)) {
		text += fmt.Sprintf("import %s %q\n", r.imports[path], path)
	}
	for i, alias := range r.aliases {
		text += fmt.Sprintf("\ntype gpuschedType%d = %s\n", i, alias)
	}
	files[r.overridesFile()] = []byte(text + "\n" + strings.Join(r.lines, "\n") + "\n")
	return files, nil
}

// edited is text, which starts at offset base of its file, after the edits; one inside another falls away.
func edited(text []byte, edits []edit, base int) ([]byte, error) {
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.offset, b.offset), cmp.Compare(b.end, a.end)) })
	var out []byte
	at := base
	for _, change := range edits {
		if change.end <= at {
			continue
		}
		if change.offset < at || change.end-base > len(text) {
			return nil, errors.New("the file changed while it was read")
		}
		out = append(out, text[at-base:change.offset-base]...)
		out = append(out, change.text...)
		at = change.end
	}
	return append(out, text[at-base:]...), nil
}
