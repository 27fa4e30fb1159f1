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
	effective := effectiveTypes(pkg)
	for _, name := range scope.Names() {
		object := scope.Lookup(name)
		one := declared{name: name, kind: object.Type(), pos: fset.Position(object.Pos())}
		switch object := object.(type) {
		case *types.Const:
			one.value = object.Val()
			one.uses = usedAs(pkg, object, effective)
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
func usedAs(pkg *packages.Package, object *types.Const, effective map[*ast.Ident]types.Type) types.Type {
	var one types.Type
	for ident, used := range pkg.TypesInfo.Uses {
		if used != object {
			continue
		}
		t := effective[ident]
		if t != nil && isUntyped(t) {
			continue
		}
		if t == nil || one != nil && !types.Identical(t, one) || !expressible(t, pkg.Types) {
			return nil
		}
		one = t
	}
	if one == nil || !isInteger(object.Type()) || isInteger(one) {
		return one
	}
	for name := range divided(pkg) {
		if pkg.TypesInfo.Uses[name] == object {
			return nil
		}
	}
	return one
}

// effectiveTypes are the types that names take where they are used: a constant in a constant expression takes the expression's.
func effectiveTypes(pkg *packages.Package) map[*ast.Ident]types.Type {
	found := map[*ast.Ident]types.Type{}
	for _, file := range pkg.Syntax {
		var parents []ast.Node
		ast.Inspect(file, func(node ast.Node) bool {
			if node == nil {
				parents = parents[:len(parents)-1]
				return true
			}
			if name, isName := node.(*ast.Ident); isName && pkg.TypesInfo.Types[name].Type != nil {
				found[name] = effectiveType(pkg, name, parents)
			}
			parents = append(parents, node)
			return true
		})
	}
	return found
}

// effectiveType climbs from an untyped operand to the expression that gives it a type.
func effectiveType(pkg *packages.Package, expr ast.Expr, parents []ast.Node) types.Type {
	t := pkg.TypesInfo.Types[expr].Type
	for i := len(parents) - 1; i >= 0 && isUntyped(t); i-- {
		switch parent := parents[i].(type) {
		case *ast.ParenExpr:
			expr = parent
		case *ast.UnaryExpr:
			expr = parent
		case *ast.BinaryExpr:
			shift := parent.Op == token.SHL || parent.Op == token.SHR
			if parent.Op.Precedence() == token.EQL.Precedence() || shift && parent.Y == expr {
				return t
			}
			expr = parent
		default:
			return t
		}
		t = pkg.TypesInfo.Types[expr].Type
	}
	return t
}

// divided are the uses of constants as part of a constant integer division: as floating-point numbers they would give another quotient.
func divided(pkg *packages.Package) map[*ast.Ident]bool {
	found := map[*ast.Ident]bool{}
	for _, file := range pkg.Syntax {
		ast.Inspect(file, func(node ast.Node) bool {
			quotient, isBinary := node.(*ast.BinaryExpr)
			if isBinary && quotient.Op == token.QUO && pkg.TypesInfo.Types[quotient].Value != nil && integral(pkg, quotient) {
				ast.Inspect(quotient, func(part ast.Node) bool {
					if name, isName := part.(*ast.Ident); isName {
						found[name] = true
					}
					return true
				})
			}
			return true
		})
	}
	return found
}

// integral says whether a constant expression is computed with integers, whatever it is converted to afterwards.
func integral(pkg *packages.Package, expr ast.Expr) bool {
	switch expr := expr.(type) {
	case *ast.BasicLit:
		return expr.Kind == token.INT || expr.Kind == token.CHAR
	case *ast.ParenExpr:
		return integral(pkg, expr.X)
	case *ast.UnaryExpr:
		return integral(pkg, expr.X)
	case *ast.BinaryExpr:
		return integral(pkg, expr.X) && (integral(pkg, expr.Y) || expr.Op == token.SHL || expr.Op == token.SHR)
	case *ast.Ident:
		return isInteger(pkg.TypesInfo.Uses[expr].Type())
	case *ast.SelectorExpr:
		return isInteger(pkg.TypesInfo.Uses[expr.Sel].Type())
	}
	return isInteger(pkg.TypesInfo.Types[expr].Type)
}

// isInteger says whether t is an integer type, typed or not.
func isInteger(t types.Type) bool {
	basic, isBasic := t.Underlying().(*types.Basic)
	return isBasic && basic.Info()&types.IsInteger != 0
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
