package main

import (
	"go/constant"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// prune removes, in place, the branches of fn whose condition is known, and the blocks that nothing reaches any more.
func prune(fn *ssa.Function) {
	for changed := true; changed; {
		changed = false
		for _, block := range fn.Blocks {
			last := len(block.Instrs) - 1
			branch, isIf := block.Instrs[last].(*ssa.If)
			if !isIf {
				continue
			}
			if value, known := knownBool(branch.Cond, 0); known {
				drop := block.Succs[0]
				keep := block.Succs[1]
				if value {
					drop, keep = keep, drop
				}
				redirect(block, keep, drop)
				changed = true
			}
		}
		changed = removeUnreachable(fn) || changed
	}
}

// redirect makes block jump to keep and takes it from the predecessors of drop.
func redirect(block, keep, drop *ssa.BasicBlock) {
	block.Instrs[len(block.Instrs)-1] = jumpOf(block)
	block.Succs = []*ssa.BasicBlock{keep}
	if keep != drop {
		removePred(drop, block)
	}
}

// jumpOf is a Jump of block: one of its function's is shared, as a Jump has no operands.
func jumpOf(block *ssa.BasicBlock) ssa.Instruction { return &ssa.Jump{} }

// removePred takes one predecessor from block, and its edge from each phi.
func removePred(block, pred *ssa.BasicBlock) {
	at := slices.Index(block.Preds, pred)
	if at < 0 {
		return
	}
	block.Preds = slices.Delete(slices.Clone(block.Preds), at, at+1)
	for _, instr := range block.Instrs {
		phi, isPhi := instr.(*ssa.Phi)
		if !isPhi {
			break
		}
		phi.Edges = slices.Delete(slices.Clone(phi.Edges), at, at+1)
	}
}

// removeUnreachable drops the blocks that neither the entry nor the recover block reaches, and renumbers; it says whether there were any.
func removeUnreachable(fn *ssa.Function) bool {
	if len(fn.Blocks) == 0 {
		return false
	}
	seen := map[*ssa.BasicBlock]bool{}
	var visit func(block *ssa.BasicBlock)
	visit = func(block *ssa.BasicBlock) {
		if seen[block] {
			return
		}
		seen[block] = true
		for _, next := range block.Succs {
			visit(next)
		}
	}
	visit(fn.Blocks[0])
	if fn.Recover != nil {
		visit(fn.Recover)
	}
	if len(seen) == len(fn.Blocks) {
		return false
	}
	var kept []*ssa.BasicBlock
	for _, block := range fn.Blocks {
		if seen[block] {
			block.Index = len(kept)
			kept = append(kept, block)
			continue
		}
		for _, next := range block.Succs {
			if seen[next] {
				removePred(next, block)
			}
		}
	}
	fn.Blocks = kept
	return true
}

// knownBool is the value of a condition that needs no running: a constant, a function known to be false, their negation, or a phi of these.
func knownBool(value ssa.Value, depth int) (result, known bool) {
	if depth > 8 {
		return false, false
	}
	switch value := value.(type) {
	case *ssa.Const:
		if value.Value != nil && value.Value.Kind() == constant.Bool {
			return constant.BoolVal(value.Value), true
		}
	case *ssa.Call:
		if callee := value.Call.StaticCallee(); callee != nil && constantFalse[origin(callee).String()] {
			return false, true
		}
	case *ssa.UnOp:
		if value.Op == token.NOT {
			result, known = knownBool(value.X, depth+1)
			return !result, known
		}
	case *ssa.Phi:
		for i, edge := range value.Edges {
			one, ok := knownBool(edge, depth+1)
			if !ok || i > 0 && one != result {
				return false, false
			}
			result = one
		}
		return result, len(value.Edges) > 0
	}
	return false, false
}

// restoreRunDefers puts a RunDefers before each return of a function that defers only in bodies of ranges over functions: go/ssa leaves them out.
// Results that deferred calls may change, those that the recover block loads, are loaded after it.
func restoreRunDefers(fn *ssa.Function) {
	if fn.Recover == nil || hasOne[*ssa.Defer](fn) || !takesDeferStack(fn) || hasOne[*ssa.RunDefers](fn) {
		return
	}
	changing := map[ssa.Value]bool{}
	for _, instr := range fn.Recover.Instrs {
		if load, isLoad := instr.(*ssa.UnOp); isLoad {
			changing[load.X] = true
		}
	}
	for _, block := range fn.Blocks {
		at := len(block.Instrs) - 1
		if _, returns := block.Instrs[at].(*ssa.Return); !returns || block == fn.Recover {
			continue
		}
		for at > 0 {
			load, isLoad := block.Instrs[at-1].(*ssa.UnOp)
			if !isLoad || load.Op != token.MUL || !changing[load.X] {
				break
			}
			at--
		}
		block.Instrs = slices.Insert(slices.Clone(block.Instrs), at, ssa.Instruction(new(ssa.RunDefers)))
	}
}

// hasOne says whether the function has an instruction of a kind.
func hasOne[T ssa.Instruction](fn *ssa.Function) bool {
	for _, block := range fn.Blocks {
		for _, instr := range block.Instrs {
			if _, is := instr.(T); is {
				return true
			}
		}
	}
	return false
}

// takesDeferStack says whether the function gives its list of deferred calls to others.
func takesDeferStack(fn *ssa.Function) bool {
	for _, block := range fn.Blocks {
		for _, instr := range block.Instrs {
			if call, isCall := instr.(*ssa.Call); isCall {
				if builtin, is := call.Call.Value.(*ssa.Builtin); is && builtin.Name() == "ssa:deferstack" {
					return true
				}
			}
		}
	}
	return false
}

// fuse appends each block that has one predecessor, whose only successor it is, to that predecessor.
func fuse(fn *ssa.Function) {
	for i := 0; i < len(fn.Blocks); i++ {
		block := fn.Blocks[i]
		for len(block.Succs) == 1 {
			next := block.Succs[0]
			if len(next.Preds) != 1 || next == block || next == fn.Recover || next == fn.Blocks[0] {
				break
			}
			block.Instrs = append(slices.Clone(block.Instrs[:len(block.Instrs)-1]), next.Instrs...)
			block.Succs = next.Succs
			for _, after := range next.Succs {
				after.Preds = slices.Clone(after.Preds)
				after.Preds[slices.Index(after.Preds, next)] = block
			}
			next.Succs, next.Preds, next.Instrs = nil, nil, nil
		}
	}
	removeUnreachable(fn)
}

// same is the value that value stands for: the edge of a phi that has one.
func same(value ssa.Value) ssa.Value {
	for {
		phi, isPhi := value.(*ssa.Phi)
		if !isPhi || len(phi.Edges) != 1 {
			return value
		}
		value = phi.Edges[0]
	}
}
