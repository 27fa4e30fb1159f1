package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// derivation is a constant that becomes a variable because its value hangs on one.
type derivation struct {
	name *ast.Ident
	expr ast.Expr
	kind types.Type
}

// derive makes variables of the package-level constants whose value hangs on a variable by now.
func (r *rewriter) derive(values map[string]constant.Value) {
	for changed := true; changed; {
		changed = false
		for _, one := range r.consts {
			object, isConst := r.pkg.Types.Scope().Lookup(one.name).(*types.Const)
			if _, set := values[one.name]; set || !isConst || r.variables[object] != nil {
				continue
			}
			name, expr := r.initializer(object)
			if expr != nil && r.mentionsVariable(expr) {
				r.variables[object] = variableType(one)
				r.derived = append(r.derived, derivation{name, expr, variableType(one)})
				changed = true
			}
		}
	}
}

// clearInitializers puts zeros where overridden constants were computed from what is a variable now.
func (r *rewriter) clearInitializers() {
	for _, one := range r.overridden {
		if _, expr := r.initializer(one); expr != nil && r.mentionsVariable(expr) {
			r.replace(expr.Pos(), expr.End(), literal(zero(one.Type()), one.Type()))
		}
	}
}

// initializer finds the identifier and the expression that declare a constant; nil where iota or other constants share the expression.
func (r *rewriter) initializer(object *types.Const) (*ast.Ident, ast.Expr) {
	for _, file := range r.pkg.Syntax {
		for _, declaration := range file.Decls {
			group, isGroup := declaration.(*ast.GenDecl)
			if !isGroup || group.Tok != token.CONST {
				continue
			}
			for i, spec := range group.Specs {
				values := spec.(*ast.ValueSpec)
				repeated := i+1 < len(group.Specs) && len(group.Specs[i+1].(*ast.ValueSpec).Values) == 0
				for j, name := range values.Names {
					if r.pkg.TypesInfo.Defs[name] == object && !repeated && j < len(values.Values) {
						return name, values.Values[j]
					}
				}
			}
		}
	}
	return nil, nil
}

// mentionsVariable says whether the expression uses a constant that became a variable, and does without iota.
func (r *rewriter) mentionsVariable(expr ast.Expr) bool {
	found, iota := false, false
	ast.Inspect(expr, func(node ast.Node) bool {
		if name, isName := node.(*ast.Ident); isName {
			used := r.pkg.TypesInfo.Uses[name]
			found = found || r.variables[used] != nil
			iota = iota || used == types.Universe.Lookup("iota")
		}
		return true
	})
	return found && !iota
}

// moveDerived puts a derived constant's expression into a variable at the end of its file, and a zero in its place.
func (r *rewriter) moveDerived(one derivation, tails map[string]string) error {
	start, end := r.fset.PositionFor(one.expr.Pos(), false), r.fset.PositionFor(one.expr.End(), false)
	text, err := r.source(start.Filename, r.overlay, nil)
	if err != nil {
		return err
	}
	if end.Offset > len(text) {
		return errors.New(start.String() + ": the file changed while it was read")
	}
	var inside, outside []edit
	for _, change := range r.edits[start.Filename] {
		if change.offset >= start.Offset && change.end <= end.Offset {
			inside = append(inside, change)
		} else {
			outside = append(outside, change)
		}
	}
	old := text[start.Offset:end.Offset]
	expr, err := edited(old, inside, start.Offset)
	if err != nil {
		return err
	}
	alias := r.alias(one.kind)
	tails[start.Filename] += fmt.Sprintf("\nvar %s %s = %s(%s)\n", one.name.Name, alias, alias, expr)
	zero := literal(zero(one.kind), one.kind) + strings.Repeat("\n", strings.Count(string(old), "\n"))
	r.edits[start.Filename] = append(outside, edit{start.Offset, end.Offset, zero})
	r.replace(one.name.Pos(), one.name.End(), "_"+strings.Repeat(" ", len(one.name.Name)-1))
	return nil
}

// zero is the zero value of a basic type.
func zero(kind types.Type) constant.Value {
	switch info := kind.Underlying().(*types.Basic).Info(); {
	case info&types.IsBoolean != 0:
		return constant.MakeBool(false)
	case info&types.IsString != 0:
		return constant.MakeString("")
	}
	return constant.MakeInt64(0)
}
