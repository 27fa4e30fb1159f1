package main

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// texts are the interfaces through which fmt and the end of a panic ask values for their text.
var texts = []*types.Interface{
	types.Universe.Lookup("error").Type().Underlying().(*types.Interface),
	types.NewInterfaceType([]*types.Func{types.NewFunc(token.NoPos, nil, "String", types.NewSignatureType(nil, nil, nil, nil,
		types.NewTuple(types.NewVar(token.NoPos, nil, "", types.Typ[types.String])), false))}, nil).Complete(),
}

// shown reaches the Error and String of values in interfaces if the instruction prints or panics.
func (r *reach) shown(fn *ssa.Function, instr ssa.Instruction) {
	_, panics := instr.(*ssa.Panic)
	if call, isCall := instr.(ssa.CallInstruction); isCall {
		callee := call.Common().StaticCallee()
		panics = callee != nil && packageOf(callee) == "fmt" && strings.HasPrefix(callee.Name(), "Print")
	}
	if panics && !r.standard(packageOf(fn)) {
		for _, text := range texts {
			r.invoke(invoke{text, text.Method(0), fn, instr.Pos()})
		}
	}
}
