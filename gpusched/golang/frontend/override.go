package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/packages"
)

// overridesFile is the file that the overlay adds to the main package: the declarations of what is overridden.
const overridesFile = "gpusched_overrides.go"

// declared is a package-level constant of the main package, or a variable whose initialiser is constant.
type declared struct {
	name  string
	kind  types.Type
	value constant.Value
	pos   token.Position
	isVar bool
	uses  types.Type // the one type that all uses of an untyped constant take, or nil
}

// loader loads the main package with files put over its own.
type loader func(extra map[string][]byte) (*packages.Package, error)

// loadOverridden loads the main package, and once more with its overrides in place. An overridden name is renamed to _ where it is
// declared, and declared anew in a file of its own, so that every other position stays.
func loadOverridden(p *program, load loader, overlay map[string][]byte) (*packages.Package, error) {
	plain, err := load(nil)
	if err != nil {
		return nil, err
	}
	p.consts = declarations(p.fset, plain)
	if len(p.set)+len(p.vary) == 0 {
		return plain, nil
	}
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
	extra, err := p.overridden(plain, p.vary, values, overlay)
	if err != nil {
		return nil, err
	}
	main, failed := load(extra)
	if failed == nil {
		p.refresh(main)
		return main, nil
	}
	for _, name := range p.vary {
		if extra, err := p.overridden(plain, []string{name}, values, overlay); err != nil {
			return nil, err
		} else if _, err := load(extra); err != nil {
			first, _, _ := strings.Cut(err.Error(), "\n")
			return nil, fmt.Errorf("%s must stay a constant, it can not vary from world to world: %s", name, first)
		}
	}
	return nil, failed
}

// declarations lists what can be overridden, in the order of the source.
func declarations(fset *token.FileSet, pkg *packages.Package) []declared {
	var list []declared
	scope := pkg.Types.Scope()
	initial := constantVariables(pkg)
	for _, name := range scope.Names() {
		object := scope.Lookup(name)
		one := declared{name: name, kind: object.Type(), pos: fset.Position(object.Pos())}
		switch object := object.(type) {
		case *types.Const:
			one.value = object.Val()
			one.uses = usedAs(pkg, object)
		case *types.Var:
			one.value, one.isVar = initial[object], true
		}
		_, basic := object.Type().Underlying().(*types.Basic)
		if one.value != nil && one.value.Kind() != constant.Unknown && basic {
			list = append(list, one)
		}
	}
	return list
}

// refresh takes the values of constants that depend on overridden ones from the package as it is now.
func (p *program) refresh(pkg *packages.Package) {
	for _, now := range declarations(p.fset, pkg) {
		for i := range p.consts {
			if p.consts[i].name == now.name {
				p.consts[i].value, p.consts[i].kind = now.value, now.kind
			}
		}
	}
}

// constantVariables are the package-level variables with a constant initialiser.
func constantVariables(pkg *packages.Package) map[*types.Var]constant.Value {
	found := map[*types.Var]constant.Value{}
	for _, initializer := range pkg.TypesInfo.InitOrder {
		if value := pkg.TypesInfo.Types[initializer.Rhs].Value; len(initializer.Lhs) == 1 && value != nil {
			found[initializer.Lhs[0]] = value
		}
	}
	return found
}

// usedAs is the type that every use of an untyped constant takes, nil where they differ.
func usedAs(pkg *packages.Package, object *types.Const) types.Type {
	var one types.Type
	for ident, used := range pkg.TypesInfo.Uses {
		if used != object {
			continue
		}
		t := pkg.TypesInfo.Types[ident].Type
		if t == nil || one != nil && !types.Identical(t, one) || !expressible(t, pkg.Types) {
			return nil
		}
		one = t
	}
	return one
}

// expressible says whether a file of pkg can name the type.
func expressible(t types.Type, pkg *types.Package) bool {
	named, isNamed := types.Unalias(t).(*types.Named)
	if !isNamed {
		_, isBasic := types.Unalias(t).(*types.Basic)
		return isBasic
	}
	object := named.Obj()
	return named.TypeArgs().Len() == 0 && object.Pkg() != nil && object.Parent() == object.Pkg().Scope() && (object.Pkg() == pkg || object.Exported())
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

// parseValue is the JSON text as a value of the constant's type.
func parseValue(one declared, text string) (constant.Value, error) {
	wrong := fmt.Errorf("%s is of type %s and can not be %s", one.name, types.TypeString(types.Default(one.kind), (*types.Package).Name), text)
	var raw any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&raw); err != nil {
		return nil, wrong
	}
	basic := types.Default(one.kind).Underlying().(*types.Basic)
	switch raw := raw.(type) {
	case bool:
		if basic.Info()&types.IsBoolean != 0 {
			return constant.MakeBool(raw), nil
		}
	case string:
		if basic.Info()&types.IsString != 0 {
			return constant.MakeString(raw), nil
		}
		if duration, err := time.ParseDuration(raw); err == nil && one.kind.String() == "time.Duration" {
			return constant.MakeInt64(int64(duration)), nil
		}
	case json.Number:
		value := constant.MakeFromLiteral(strings.TrimPrefix(raw.String(), "-"), token.FLOAT, 0)
		if strings.HasPrefix(raw.String(), "-") {
			value = constant.UnaryOp(token.SUB, value, 0)
		}
		if basic.Info()&types.IsInteger != 0 {
			value = constant.ToInt(value)
		}
		if basic.Info()&types.IsNumeric != 0 && value.Kind() != constant.Unknown && representable(value, basic) {
			return value, nil
		}
	}
	return nil, wrong
}

// representable says whether an integer value fits the type.
func representable(value constant.Value, basic *types.Basic) bool {
	if basic.Info()&types.IsInteger == 0 {
		return true
	}
	bits := 8 * int(types.SizesFor("gc", "amd64").Sizeof(basic))
	if basic.Info()&types.IsUnsigned != 0 {
		return constant.Sign(value) >= 0 && constant.BitLen(value) <= bits
	}
	lowest := constant.UnaryOp(token.SUB, constant.Shift(constant.MakeInt64(1), token.SHL, uint(bits-1)), 0)
	return constant.BitLen(value) < bits || constant.Compare(value, token.EQL, lowest)
}

// overridden are the main package's files with the overridden names taken out, and the file that declares them anew.
func (p *program) overridden(plain *packages.Package, vary []string, values map[string]constant.Value, overlay map[string][]byte) (map[string][]byte, error) {
	extra := map[string][]byte{}
	imports := map[string]string{}
	var lines []string
	for _, one := range p.consts {
		_, set := values[one.name]
		varies := slices.Contains(vary, one.name)
		if !set && (!varies || one.isVar) {
			continue
		}
		object := plain.Types.Scope().Lookup(one.name)
		if err := p.blank(object, extra, overlay); err != nil {
			return nil, err
		}
		lines = append(lines, declaration(one, varies || one.isVar, plain.Types, imports))
	}
	text := "package main\n\n"
	for _, path := range slices.Sorted(maps.Keys(imports)) {
		text += fmt.Sprintf("import %s %q\n", imports[path], path)
	}
	extra[filepath.Join(p.dir, overridesFile)] = []byte(text + "\n" + strings.Join(lines, "\n") + "\n")
	return extra, nil
}

// blank renames the declared identifier to _, filled up with blanks so that nothing else moves.
func (p *program) blank(object types.Object, extra, overlay map[string][]byte) error {
	pos := p.fset.Position(object.Pos())
	text := extra[pos.Filename]
	if text == nil {
		text = overlay[pos.Filename]
	}
	if text == nil {
		source, err := os.ReadFile(pos.Filename)
		if err != nil {
			return err
		}
		text = source
	}
	end := pos.Offset + len(object.Name())
	if end > len(text) || string(text[pos.Offset:end]) != object.Name() {
		return errors.New(pos.String() + ": the file changed while it was read")
	}
	changed := slices.Clone(text)
	copy(changed[pos.Offset:], "_"+strings.Repeat(" ", len(object.Name())-1))
	extra[pos.Filename] = changed
	return nil
}

// declaration is the line that declares a constant or variable with its value.
func declaration(one declared, variable bool, pkg *types.Package, imports map[string]string) string {
	kind := one.kind
	if variable && one.uses != nil {
		kind = one.uses
	}
	word, typeText := "const", ""
	if variable {
		word = "var"
		kind = types.Default(kind)
	}
	if basic, isBasic := types.Unalias(kind).(*types.Basic); !isBasic || basic.Info()&types.IsUntyped == 0 {
		typeText = " " + types.TypeString(kind, func(other *types.Package) string {
			if other == pkg {
				return ""
			}
			if imports[other.Path()] == "" {
				imports[other.Path()] = fmt.Sprintf("gpusched%d", len(imports))
			}
			return imports[other.Path()]
		})
	}
	return fmt.Sprintf("%s %s%s = %s", word, one.name, typeText, literal(one.value, kind))
}

// literal is a value in Go's syntax, of the untyped kind that the type asks for.
func literal(value constant.Value, kind types.Type) string {
	basic := kind.Underlying().(*types.Basic)
	switch info := basic.Info(); {
	case info&types.IsBoolean != 0, info&types.IsString != 0:
		return value.ExactString()
	case basic.Kind() == types.UntypedRune:
		return "'\\x00' + " + value.ExactString()
	case info&types.IsFloat != 0:
		return quotient(constant.ToFloat(value))
	case info&types.IsComplex != 0:
		return "complex(" + quotient(constant.Real(value)) + ", " + quotient(constant.Imag(value)) + ")"
	}
	return constant.ToInt(value).ExactString()
}

// quotient is a number as an untyped floating-point expression, exactly.
func quotient(value constant.Value) string {
	if numerator, denominator := constant.Num(value), constant.Denom(value); numerator.Kind() == constant.Int && denominator.Kind() == constant.Int {
		return numerator.ExactString() + ".0 / " + denominator.ExactString() + ".0"
	}
	return floatText(value, types.Typ[types.Float64])
}
