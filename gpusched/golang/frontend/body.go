package main

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"math/big"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// body writes the blocks of one function.
type body struct {
	*emitter
	fn      *ssa.Function
	numbers map[ssa.Value]int
	file    string
}

func newBody(e *emitter, fn *ssa.Function) *body {
	b := &body{emitter: e, fn: fn, numbers: map[ssa.Value]int{}}
	if fn.Pos().IsValid() {
		b.file = e.fset.Position(fn.Pos()).Filename
	}
	for _, param := range fn.Params {
		b.numbers[param] = len(b.numbers)
	}
	for _, variable := range fn.FreeVars {
		b.numbers[variable] = len(b.numbers)
	}
	for _, block := range fn.Blocks {
		for _, instr := range block.Instrs {
			if value, yields := instr.(ssa.Value); yields && !b.skipped(instr) && !empty(value.Type()) {
				b.numbers[value] = len(b.numbers)
			}
		}
	}
	return b
}

// empty says whether t is the type of a call without results.
func empty(t types.Type) bool {
	tuple, isTuple := t.(*types.Tuple)
	return isTuple && tuple.Len() == 0
}

// skipped says whether the instruction is not written: a call that stands for nothing, or the first value of a varied constant.
func (b *body) skipped(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.DebugRef:
		return true
	case *ssa.Phi:
		return len(instr.Edges) == 1
	case *ssa.Store:
		global, isGlobal := instr.Addr.(*ssa.Global)
		return isGlobal && global.Pkg == b.ssaMain && b.varied[global.Name()] && b.fn == b.ssaMain.Func("init")
	}
	return dropped(instr)
}

// write fills in the blocks.
func (b *body) write(entry object) {
	blocks := []object{}
	for _, block := range b.fn.Blocks {
		instrs, succs, preds := []object{}, []int{}, []int{}
		for _, instr := range block.Instrs {
			if !b.skipped(instr) {
				instrs = append(instrs, b.instruction(instr))
			}
		}
		for _, next := range block.Succs {
			succs = append(succs, next.Index)
		}
		for _, previous := range block.Preds {
			preds = append(preds, previous.Index)
		}
		blocks = append(blocks, object{"comment": block.Comment, "instrs": instrs, "succs": succs, "preds": preds})
	}
	entry["blocks"] = blocks
	if b.fn.Recover != nil {
		entry["recover"] = b.fn.Recover.Index
	}
	entry["defers"] = hasOne[*ssa.Defer](b.fn) || b.fn.Recover != nil && takesDeferStack(b.fn)
}

// at is an instruction's position: line:column in the function's file, with the file's name in another.
func (b *body) at(pos token.Pos) string {
	if !pos.IsValid() {
		return ""
	}
	full := b.fset.Position(pos)
	if full.Filename != b.file {
		return b.position(pos)
	}
	return fmt.Sprintf("%d:%d", full.Line, full.Column)
}

// operand is a value as an instruction refers to it.
func (b *body) operand(value ssa.Value) any {
	switch value := same(value).(type) {
	case nil:
		return nil
	case *ssa.Const:
		return object{"c": constantOf(value), "t": b.types.id(value.Type())}
	case *ssa.Function:
		return object{"f": b.funcIDs[value]}
	case *ssa.Global:
		return object{"g": b.globalIDs[value]}
	case *ssa.Builtin:
		return object{"b": value.Name()}
	}
	value = same(value)
	if number, known := b.numbers[value]; known {
		return number
	}
	if call, isCall := value.(*ssa.Call); isCall && dropped(call) {
		return object{"c": false, "t": b.types.id(types.Typ[types.Bool])}
	}
	panic(fmt.Sprintf("%s: %s (%T) has no number", b.fn, value.Name(), value))
}

func (b *body) operands(values []ssa.Value) []any {
	list := []any{}
	for _, value := range values {
		list = append(list, b.operand(value))
	}
	return list
}

// call fills in what Call, Go and Defer have in common.
func (b *body) call(entry object, common *ssa.CallCommon) {
	if common.IsInvoke() {
		entry["recv"], entry["method"], entry["iface"] = b.operand(common.Value), common.Method.Id(), b.types.id(common.Value.Type())
	} else {
		entry["fn"] = b.operand(common.Value)
	}
	entry["args"] = b.operands(common.Args)
	results := []int{}
	for result := range common.Signature().Results().Variables() {
		results = append(results, b.types.id(result.Type()))
	}
	entry["sig"] = results
}

// constantOf is a constant's value in JSON.
func constantOf(value *ssa.Const) any {
	if value.Value == nil {
		return nil
	}
	return constantText(value.Value, value.Type())
}

// constantText is value, of type t, in JSON: true and false, latin-1 text for strings, decimal or hexadecimal text for numbers.
func constantText(value constant.Value, t types.Type) any {
	basic, isBasic := t.Underlying().(*types.Basic)
	if !isBasic {
		return value.ExactString()
	}
	switch info := basic.Info(); {
	case info&types.IsBoolean != 0:
		return constant.BoolVal(value)
	case info&types.IsString != 0:
		text := constant.StringVal(value)
		runes := make([]rune, len(text))
		for i := range len(text) {
			runes[i] = rune(text[i])
		}
		return string(runes)
	case info&types.IsInteger != 0:
		return constant.ToInt(value).ExactString()
	case info&types.IsFloat != 0:
		return floatText(value, basic)
	case info&types.IsComplex != 0:
		part := types.Typ[types.Float64]
		if basic.Kind() == types.Complex64 {
			part = types.Typ[types.Float32]
		}
		return []string{floatText(constant.Real(value), part), floatText(constant.Imag(value), part)}
	}
	return value.ExactString()
}

// floatText is value rounded to the type's precision, in hexadecimal.
func floatText(value constant.Value, basic *types.Basic) string {
	exact, isExact := constant.Val(constant.ToFloat(value)).(*big.Rat)
	if basic.Kind() == types.Float32 {
		single, _ := constant.Float32Val(value)
		return strconv.FormatFloat(float64(single), 'x', -1, 64)
	}
	if isExact {
		double, _ := exact.Float64()
		return strconv.FormatFloat(double, 'x', -1, 64)
	}
	double, _ := constant.Float64Val(value)
	return strconv.FormatFloat(double, 'x', -1, 64)
}
