package main

import (
	"go/constant"
	"go/types"
	"regexp"

	"golang.org/x/tools/go/ssa"
)

// printers are the functions that record what they print for the host, and those of fmt's own source that make the text in the model.
var printers = map[string]string{"fmt.Print": "simulatedPrint", "fmt.Println": "simulatedPrintln", "fmt.Printf": "simulatedPrintf"}

// plainFormat are the formats that the host knows.
var plainFormat = regexp.MustCompile(`^(?:[^%]|%%|%[-+ 0]*[0-9]*(?:\.[0-9]+)?[vdsqtxXobcefgTp])*$`)

// printing is a call of a printer whose operands hold values of unknown types.
type printing struct {
	fn     *ssa.Function
	common *ssa.CallCommon
	ifaces []*types.Interface
}

// printed makes a call of a printer one of fmt's own source where the host could not print its operands.
func (r *reach) printed(fn *ssa.Function, common *ssa.CallCommon) {
	callee := common.StaticCallee()
	if callee == nil || printers[callee.String()] == "" || callee.Pkg == nil {
		return
	}
	operands, listed := varargs(common.Args[len(common.Args)-1])
	here := listed
	if len(common.Args) == 2 {
		format, isConst := common.Args[0].(*ssa.Const)
		here = here && isConst && plainFormat.MatchString(constant.StringVal(format.Value))
	}
	call := printing{fn: fn, common: common}
	for _, operand := range operands {
		for {
			change, isChange := operand.(*ssa.ChangeInterface)
			if !isChange {
				break
			}
			operand = change.X
		}
		if made, isMade := operand.(*ssa.MakeInterface); isMade {
			here = here && shallow(made.X.Type())
		} else if _, isConst := operand.(*ssa.Const); !isConst {
			call.ifaces = append(call.ifaces, operand.Type().Underlying().(*types.Interface))
		}
	}
	if !here {
		r.printHere(call)
	} else if len(call.ifaces) > 0 {
		r.printings = append(r.printings, call)
	}
}

// printStep moves to the model the calls that may print a value that the host could not; it says whether there were any.
func (r *reach) printStep() bool {
	changed := false
	var rest []printing
	for _, call := range r.printings {
		if r.mayBeDeep(call) {
			r.printHere(call)
			changed = true
		} else {
			rest = append(rest, call)
		}
	}
	r.printings = rest
	return changed
}

func (r *reach) mayBeDeep(call printing) bool {
	for _, t := range r.types {
		for _, iface := range call.ifaces {
			if r.isBoxed.At(t) != nil && !shallow(t) && !r.standardType(t) && types.Implements(t, iface) {
				return true
			}
		}
	}
	return false
}

// standardType says whether t is, or points to, a type of the standard library that is not exported.
func (r *reach) standardType(t types.Type) bool {
	if pointer, isPointer := t.(*types.Pointer); isPointer {
		t = pointer.Elem()
	}
	named, isNamed := types.Unalias(t).(*types.Named)
	return isNamed && named.Obj().Pkg() != nil && r.standard(named.Obj().Pkg().Path()) && !named.Obj().Exported()
}

// printHere changes the callee.
func (r *reach) printHere(call printing) {
	callee := call.common.StaticCallee()
	simulated := callee.Pkg.Func(printers[callee.String()])
	call.common.Value = simulated
	r.function(simulated, edge{call.fn, call.common.Pos(), true})
}

// printerValue makes a printer that is used as a value one of fmt's own source.
func printerValue(operand *ssa.Value, fn *ssa.Function) *ssa.Function {
	if printers[fn.String()] == "" || fn.Pkg == nil {
		return fn
	}
	simulated := fn.Pkg.Func(printers[fn.String()])
	*operand = simulated
	return simulated
}

// varargs are the elements of a slice that was made for a call alone.
func varargs(value ssa.Value) ([]ssa.Value, bool) {
	if list, isConst := value.(*ssa.Const); isConst {
		return nil, list.Value == nil
	}
	slice, isSlice := value.(*ssa.Slice)
	if !isSlice {
		return nil, false
	}
	array, isAlloc := slice.X.(*ssa.Alloc)
	if !isAlloc || slice.Low != nil || slice.High != nil || array.Comment != "varargs" {
		return nil, false
	}
	var found []ssa.Value
	for _, user := range *array.Referrers() {
		if at, isIndex := user.(*ssa.IndexAddr); isIndex {
			for _, store := range *at.Referrers() {
				if store, isStore := store.(*ssa.Store); isStore {
					found = append(found, store.Val)
				}
			}
		}
	}
	return found, true
}

// shallow says whether the host can print values of type t from what an output event records of them.
func shallow(t types.Type) bool {
	methods := types.NewMethodSet(t)
	if methods.Lookup(nil, "Format") != nil || types.TypeString(t, nil) == "reflect.Value" {
		return false
	}
	if methods.Lookup(nil, "Error") != nil || methods.Lookup(nil, "String") != nil {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsComplex == 0
	case *types.Array:
		elem, isBasic := types.Unalias(u.Elem()).(*types.Basic)
		return isBasic && elem.Info()&types.IsInteger != 0 && u.Len() <= 64
	case *types.Pointer:
		switch u.Elem().Underlying().(type) {
		case *types.Struct, *types.Array, *types.Slice, *types.Map:
			return false
		}
		return true
	case *types.Chan, *types.Signature:
		return true
	}
	return false
}
