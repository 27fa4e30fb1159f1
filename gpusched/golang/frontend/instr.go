package main

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// instruction describes one instruction: see the table in FORMAT.md.
func (b *body) instruction(instr ssa.Instruction) object {
	entry := object{"op": fmt.Sprintf("%T", instr)[len("*ssa."):], "pos": b.at(instr.Pos())}
	if value, yields := instr.(ssa.Value); yields {
		if number, numbered := b.numbers[value]; numbered {
			entry["v"], entry["t"] = number, b.types.id(value.Type())
		}
	}
	switch instr := instr.(type) {
	case ssa.CallInstruction:
		b.call(entry, instr.Common())
		if deferred, isDefer := instr.(*ssa.Defer); isDefer {
			entry["stack"] = b.operand(deferred.DeferStack)
		}
	case *ssa.Phi:
		entry["edges"], entry["comment"] = b.operands(instr.Edges), instr.Comment
	case *ssa.If:
		entry["cond"] = b.operand(instr.Cond)
	case *ssa.Return:
		entry["results"] = b.operands(instr.Results)
	case *ssa.Jump, *ssa.RunDefers:
	default:
		b.data(entry, instr)
	}
	return entry
}

// data describes instructions that neither call nor branch.
func (b *body) data(entry object, instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Alloc:
		entry["heap"], entry["comment"] = instr.Heap, instr.Comment
	case *ssa.BinOp:
		entry["x"], entry["y"], entry["tok"] = b.operand(instr.X), b.operand(instr.Y), instr.Op.String()
	case *ssa.UnOp:
		entry["x"], entry["tok"], entry["commaok"] = b.operand(instr.X), instr.Op.String(), instr.CommaOk
	case *ssa.ChangeType:
		entry["x"] = b.operand(instr.X)
	case *ssa.Convert:
		entry["x"] = b.operand(instr.X)
		if b.reach.recast[instr] {
			entry["recast"] = instr.Type().String()
		}
	case *ssa.MultiConvert:
		entry["x"] = b.operand(instr.X)
	case *ssa.ChangeInterface:
		entry["x"] = b.operand(instr.X)
	case *ssa.MakeInterface:
		entry["x"], entry["from"] = b.operand(instr.X), b.types.id(instr.X.Type())
	case *ssa.SliceToArrayPointer:
		entry["x"] = b.operand(instr.X)
	case *ssa.Extract:
		entry["x"], entry["index"] = b.operand(instr.Tuple), instr.Index
	case *ssa.Field:
		entry["x"], entry["field"] = b.operand(instr.X), instr.Field
	case *ssa.FieldAddr:
		entry["x"], entry["field"] = b.operand(instr.X), instr.Field
	case *ssa.Index:
		entry["x"], entry["index"] = b.operand(instr.X), b.operand(instr.Index)
	case *ssa.IndexAddr:
		entry["x"], entry["index"] = b.operand(instr.X), b.operand(instr.Index)
	case *ssa.Panic:
		entry["x"] = b.operand(instr.X)
	case *ssa.Send:
		entry["chan"], entry["x"] = b.operand(instr.Chan), b.operand(instr.X)
	case *ssa.Store:
		entry["addr"], entry["val"] = b.operand(instr.Addr), b.operand(instr.Val)
	case *ssa.TypeAssert:
		entry["x"], entry["asserted"], entry["commaok"] = b.operand(instr.X), b.types.id(instr.AssertedType), instr.CommaOk
		if checksReceiver(instr) {
			entry["receiver"] = true
		}
	case *ssa.Slice:
		entry["x"], entry["low"], entry["high"], entry["max"] = b.operand(instr.X), b.operand(instr.Low), b.operand(instr.High), b.operand(instr.Max)
	default:
		b.collection(entry, instr)
	}
}

// collection describes what makes and uses channels, maps, slices and closures.
func (b *body) collection(entry object, instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.MakeChan:
		entry["size"] = b.operand(instr.Size)
	case *ssa.MakeClosure:
		entry["fn"], entry["bindings"] = b.operand(instr.Fn), b.operands(instr.Bindings)
	case *ssa.MakeMap:
		entry["reserve"] = b.operand(instr.Reserve)
	case *ssa.MakeSlice:
		entry["len"], entry["cap"] = b.operand(instr.Len), b.operand(instr.Cap)
	case *ssa.Lookup:
		entry["x"], entry["index"], entry["commaok"] = b.operand(instr.X), b.operand(instr.Index), instr.CommaOk
	case *ssa.Next:
		entry["iter"], entry["isstring"] = b.operand(instr.Iter), instr.IsString
	case *ssa.Range:
		entry["x"] = b.operand(instr.X)
	case *ssa.MapUpdate:
		entry["map"], entry["key"], entry["value"] = b.operand(instr.Map), b.operand(instr.Key), b.operand(instr.Value)
	case *ssa.Select:
		states := []object{}
		for _, state := range instr.States {
			states = append(states, object{"dir": int(state.Dir), "chan": b.operand(state.Chan), "send": b.operand(state.Send), "pos": b.at(state.Pos)})
		}
		entry["blocking"], entry["states"] = instr.Blocking, states
	default:
		panic(fmt.Sprintf("%s: unknown instruction %T", b.fn, instr))
	}
}

// checksReceiver says whether a type assertion only checks that the receiver of a method value, which is made next, is not nil.
func checksReceiver(assertion *ssa.TypeAssert) bool {
	instrs := assertion.Block().Instrs
	at := slices.Index(instrs, ssa.Instruction(assertion)) + 1
	if assertion.CommaOk || len(*assertion.Referrers()) > 0 || at == len(instrs) {
		return false
	}
	closure, isClosure := instrs[at].(*ssa.MakeClosure)
	return isClosure && len(closure.Bindings) == 1 && closure.Bindings[0] == assertion.X && strings.HasSuffix(closure.Fn.Name(), "$bound")
}
