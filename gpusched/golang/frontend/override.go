package main

import (
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
}

func loadOverridden(p *program, load func(extra map[string][]byte) (*packages.Package, error), overlay map[string][]byte) (*packages.Package, error) {
	return load(nil)
}
