package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"
)

// declared is a package-level constant of the main package, or a variable whose initialiser is constant.
type declared struct {
	name  string
	kind  types.Type
	value constant.Value
	pos   token.Position
	isVar bool
	uses  types.Type // the one type that all uses of an untyped constant take, or nil
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

// usedAs is the type that every use of an untyped constant takes, nil where they differ, and where an integer constant is divided as
// one before it becomes a floating-point number.
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
	if one == nil || object.Val().Kind() != constant.Int || types.Default(object.Type()).Underlying().(*types.Basic).Info()&types.IsInteger == 0 {
		return one
	}
	if basic := one.Underlying().(*types.Basic); basic.Info()&types.IsInteger == 0 && divided(pkg, object) {
		return nil
	}
	return one
}

// divided says whether the constant occurs in a constant division.
func divided(pkg *packages.Package, object *types.Const) bool {
	found := false
	for _, file := range pkg.Syntax {
		ast.Inspect(file, func(node ast.Node) bool {
			quotient, isBinary := node.(*ast.BinaryExpr)
			if isBinary && quotient.Op == token.QUO && pkg.TypesInfo.Types[quotient].Value != nil {
				ast.Inspect(quotient, func(part ast.Node) bool {
					ident, isIdent := part.(*ast.Ident)
					found = found || isIdent && pkg.TypesInfo.Uses[ident] == object
					return true
				})
			}
			return true
		})
	}
	return found
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
