package main

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// initializer is what is kept of one package's initialisation.
type initializer struct {
	fn    *ssa.Function
	whole bool
	roots map[*ssa.Global]bool
	keep  map[ssa.Instruction]bool
	fills map[ssa.Value][]ssa.Instruction // object or global -> the instructions that write into it
	after [][]bool                        // postdominators of its blocks
}

// wholeInit keeps the whole initialisation of a package that is not Go's own.
func (r *reach) wholeInit(pkg *ssa.Package) {
	r.build(pkg)
	fn := pkg.Func("init")
	if fn == nil || len(fn.Blocks) == 0 {
		return
	}
	r.inits[pkg.Pkg.Path()] = &initializer{fn: fn, whole: true}
	r.function(fn, edge{plain: true})
}

// initStep keeps, of the standard library's initialisers, what stores to globals reached since; it says whether there was anything new.
func (r *reach) initStep() bool {
	changed := false
	for i := 0; i < len(r.globals); i++ {
		global := r.globals[i]
		path := global.Pkg.Pkg.Path()
		if !r.standard(path) {
			continue
		}
		state := r.initOf(global.Pkg)
		if state == nil || state.roots[global] {
			continue
		}
		state.roots[global] = true
		changed = r.slice(state, global) || changed
	}
	for name, trigger := range stdInits {
		changed = r.keepInit(name, trigger) || changed
	}
	return r.keepOwnInits() || changed
}

// keepOwnInits keeps the calls of the init functions of tested standard packages that belong to the tests.
func (r *reach) keepOwnInits() bool {
	changed := false
	for _, pkg := range r.main.Imports {
		if r.tests == nil || !r.standard(pkg.PkgPath) {
			continue
		}
		state := r.initOf(r.prog.Package(pkg.Types))
		if state == nil {
			continue
		}
		for _, block := range state.fn.Blocks {
			for _, instr := range block.Instrs {
				if call, isCall := instr.(*ssa.Call); isCall && call.Call.StaticCallee() != nil && call.Call.StaticCallee().Pkg == state.fn.Pkg && r.ownInit(call.Call.StaticCallee()) &&
					strings.HasPrefix(call.Call.StaticCallee().Name(), "init#") {
					changed = r.include(state, instr) || changed
				}
			}
		}
	}
	return changed
}

// initOf is the state of a standard package's initialiser, nil where it has none or the package is cut.
func (r *reach) initOf(pkg *ssa.Package) *initializer {
	path := pkg.Pkg.Path()
	if state, known := r.inits[path]; known {
		return state
	}
	r.build(pkg)
	fn := pkg.Func("init")
	if fn == nil || len(fn.Blocks) == 0 || r.cutAt(fn) != "" && path != "os" && path != "syscall" {
		return nil
	}
	prune(fn)
	state := &initializer{fn: fn, roots: map[*ssa.Global]bool{}, keep: map[ssa.Instruction]bool{}, fills: fills(fn), after: postdominators(fn)}
	r.inits[path] = state
	r.funcs = append(r.funcs, fn)
	r.std[fn.String()] = true
	r.bodies[fn] = true
	r.edges[fn] = []edge{{plain: true}}
	return state
}

// keepInit keeps the call of an init#n function whose trigger is reached.
func (r *reach) keepInit(name, trigger string) bool {
	wanted := false
	for _, global := range r.globals {
		wanted = wanted || global.String() == trigger
	}
	for _, fn := range r.funcs {
		wanted = wanted || fn.String() == trigger
	}
	if !wanted {
		return false
	}
	for path := range r.packages {
		if len(name) <= len(path) || name[:len(path)] != path || name[len(path)] != '.' || !r.standard(path) {
			continue
		}
		state := r.initOf(r.prog.ImportedPackage(path))
		if state == nil {
			continue
		}
		for _, block := range state.fn.Blocks {
			for _, instr := range block.Instrs {
				if call, isCall := instr.(*ssa.Call); isCall && call.Call.StaticCallee() != nil && call.Call.StaticCallee().String() == name {
					return r.include(state, instr)
				}
			}
		}
	}
	return false
}

// slice keeps every instruction of the initialiser that stores to global, with what it needs.
func (r *reach) slice(state *initializer, global *ssa.Global) bool {
	changed := false
	for _, instr := range state.fills[global] {
		changed = r.include(state, instr) || changed
	}
	return changed
}

// fills lists the writing instructions of fn by what they write into.
func fills(fn *ssa.Function) map[ssa.Value][]ssa.Instruction {
	found := map[ssa.Value][]ssa.Instruction{}
	for _, block := range fn.Blocks {
		for _, instr := range block.Instrs {
			if target := stored(instr); target != nil {
				found[base(target)] = append(found[base(target)], instr)
			}
		}
	}
	return found
}

// stored is the address or map that the instruction writes to, or nil.
func stored(instr ssa.Instruction) ssa.Value {
	switch instr := instr.(type) {
	case *ssa.Store:
		return instr.Addr
	case *ssa.MapUpdate:
		return instr.Map
	}
	return nil
}

// base is what an address, a slice or a loaded map comes from.
func base(value ssa.Value) ssa.Value {
	for {
		switch v := value.(type) {
		case *ssa.FieldAddr:
			value = v.X
		case *ssa.IndexAddr:
			value = v.X
		case *ssa.Slice:
			value = v.X
		case *ssa.UnOp:
			value = v.X
		default:
			return value
		}
	}
}

// include keeps an instruction, its operands, the stores into what it uses, and the branches that it hangs on.
func (r *reach) include(state *initializer, instr ssa.Instruction) bool {
	if state.keep[instr] {
		return false
	}
	state.keep[instr] = true
	r.instruction(state.fn, instr)
	for _, operand := range instr.Operands(nil) {
		if needed, isInstr := (*operand).(ssa.Instruction); isInstr && needed.Parent() == state.fn {
			r.include(state, needed)
		}
	}
	if value, isValue := instr.(ssa.Value); isValue {
		r.includeStores(state, value)
	}
	for _, branch := range branchesOf(state, instr) {
		r.include(state, branch)
	}
	return true
}

// includeStores keeps the instructions that fill the object which value is.
func (r *reach) includeStores(state *initializer, value ssa.Value) {
	switch value.(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice, *ssa.Call:
	default:
		return
	}
	for _, instr := range state.fills[value] {
		r.include(state, instr)
	}
}

// branchesOf are the Ifs that decide whether instr runs; for a phi, those that decide its edge.
func branchesOf(state *initializer, instr ssa.Instruction) []ssa.Instruction {
	var blocks []*ssa.BasicBlock
	blocks = append(blocks, instr.Block())
	if _, isPhi := instr.(*ssa.Phi); isPhi {
		blocks = append(blocks, instr.Block().Preds...)
	}
	var branches []ssa.Instruction
	after := state.after
	for _, block := range state.fn.Blocks {
		last := block.Instrs[len(block.Instrs)-1]
		if _, isIf := last.(*ssa.If); !isIf {
			continue
		}
		for _, target := range blocks {
			hangs := target == block && target != instr.Block()
			for _, next := range block.Succs {
				hangs = hangs || after[next.Index][target.Index] && !after[block.Index][target.Index]
			}
			if hangs && !slices.Contains(branches, last) {
				branches = append(branches, last)
			}
		}
	}
	return branches
}

// postdominators tells of each block which blocks every way to the end passes.
func postdominators(fn *ssa.Function) [][]bool {
	n := len(fn.Blocks)
	after := make([][]bool, n)
	for i := range after {
		after[i] = make([]bool, n)
		for j := range after[i] {
			after[i][j] = len(fn.Blocks[i].Succs) > 0 || i == j
		}
	}
	for changed := true; changed; {
		changed = false
		for i := n - 1; i >= 0; i-- {
			for j := range n {
				all := len(fn.Blocks[i].Succs) > 0
				for _, next := range fn.Blocks[i].Succs {
					all = all && after[next.Index][j]
				}
				if now := i == j || all; now != after[i][j] {
					after[i][j] = now
					changed = true
				}
			}
		}
	}
	return after
}

// cutInits removes from the initialisers what is not kept. Afterwards their bodies are ready to be written.
func (r *reach) cutInits() {
	for _, state := range r.inits {
		if state == nil || state.whole {
			continue
		}
		for _, block := range state.fn.Blocks {
			skipBranch(state, block, state.after)
		}
		for _, block := range state.fn.Blocks {
			last := len(block.Instrs) - 1
			var kept []ssa.Instruction
			for i, instr := range block.Instrs {
				if state.keep[instr] || i == last {
					kept = append(kept, instr)
				}
			}
			block.Instrs = kept
		}
		removeUnreachable(state.fn)
	}
}

// skipBranch turns an If that decides nothing kept into a jump to the block where its ways meet.
func skipBranch(state *initializer, block *ssa.BasicBlock, after [][]bool) {
	last := block.Instrs[len(block.Instrs)-1]
	if _, isIf := last.(*ssa.If); !isIf || state.keep[last] {
		return
	}
	var meet *ssa.BasicBlock
	for _, candidate := range state.fn.Blocks {
		if candidate == block || !after[block.Index][candidate.Index] {
			continue
		}
		if meet == nil || after[candidate.Index][meet.Index] {
			meet = candidate
		}
	}
	for _, next := range block.Succs {
		removePred(next, block)
	}
	block.Instrs[len(block.Instrs)-1] = jumpOf(block)
	block.Succs = []*ssa.BasicBlock{meet}
	meet.Preds = append(slices.Clone(meet.Preds), block)
}
