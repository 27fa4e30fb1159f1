package main

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// static are the functions that plain calls alone reach, each with the way there that was found first.
func (r *reach) static() map[*ssa.Function]edge {
	found := map[*ssa.Function]edge{}
	callees := map[*ssa.Function][]*ssa.Function{}
	ways := map[[2]*ssa.Function]edge{}
	var queue []*ssa.Function
	for _, fn := range r.funcs {
		for _, way := range r.edges[fn] {
			key := [2]*ssa.Function{way.from, fn}
			if _, seen := ways[key]; seen || !way.plain {
				continue
			}
			ways[key] = way
			if way.from == nil {
				found[fn] = way
				queue = append(queue, fn)
			} else {
				callees[way.from] = append(callees[way.from], fn)
			}
		}
	}
	for len(queue) > 0 {
		fn := queue[0]
		queue = queue[1:]
		for _, callee := range callees[fn] {
			if _, seen := found[callee]; !seen {
				found[callee] = ways[[2]*ssa.Function{fn, callee}]
				queue = append(queue, callee)
			}
		}
	}
	return found
}

// refusal is a reached function, or a construct of user code, that can not be lowered.
type refusal struct {
	fn      *ssa.Function
	pos     token.Pos
	what    string
	instead string
	path    []string
	dynamic bool
}

// refused lists what is reached and can not be lowered.
func (r *reach) refused() []refusal {
	static := r.static()
	var list []refusal
	for _, fn := range r.funcs {
		if r.bodies[fn] || isNative(fn) {
			continue
		}
		instead := "write it in Go"
		what := fmt.Sprintf("%s has no Go body", display(fn))
		if path := r.cutAt(fn); path != "" {
			what = fmt.Sprintf("%s can not be simulated", display(fn))
			if instead = cut[path]; instead == "" {
				instead = fmt.Sprintf("package %s is not simulated", path)
			}
		}
		way, isStatic := static[fn]
		list = append(list, r.trace(refusal{fn: fn, what: what, instead: instead, dynamic: !isStatic}, way, static))
	}
	for _, one := range r.inline {
		way, isStatic := static[one.fn]
		pos := one.pos
		one.dynamic = !isStatic
		one = r.trace(one, way, static)
		one.pos, one.fn = pos, nil
		list = append(list, one)
	}
	return list
}

// trace fills in the call path and the position of the call in user code that leads there.
func (r *reach) trace(one refusal, way edge, static map[*ssa.Function]edge) refusal {
	fn := one.fn
	seen := map[*ssa.Function]bool{}
	for fn != nil && !seen[fn] {
		seen[fn] = true
		one.path = append(one.path, display(fn))
		next, isStatic := static[fn]
		if !isStatic {
			next = r.edges[fn][0]
		}
		if one.pos == token.NoPos && next.from != nil && !r.standard(packageOf(next.from)) {
			one.pos = next.pos
		}
		fn = next.from
	}
	slices.Reverse(one.path)
	if user := r.lastUser(one.path); user+2 < len(one.path) {
		one.what = fmt.Sprintf("%s can not be simulated: it needs %s", one.path[user+1], display(one.fn))
	}
	return one
}

// lastUser is the index of the last function in the path that is not of the standard library, -1 for none.
func (r *reach) lastUser(path []string) int {
	last := -1
	for i, name := range path {
		if !r.std[name] {
			last = i
		}
	}
	return last
}

// conversion notes a conversion of user code from or to unsafe.Pointer other than pointer -> unsafe.Pointer -> uintptr.
func (r *reach) conversion(fn *ssa.Function, convert *ssa.Convert) {
	if r.standard(packageOf(fn)) || packageOf(fn) == "gpusched/work" || packageOf(fn) == supportPath {
		return
	}
	basic, isBasic := convert.X.Type().Underlying().(*types.Basic)
	if !isBasic || basic.Kind() != types.UnsafePointer {
		return
	}
	if to, isBasic := convert.Type().Underlying().(*types.Basic); isBasic && (to.Kind() == types.Uintptr || to.Kind() == types.UnsafePointer) {
		return
	}
	r.recast[convert] = true
	r.inline = append(r.inline, refusal{fn: fn, pos: convert.Pos(), what: "unsafe.Pointer turned into " + convert.Type().String(),
		instead: "use the value's own type"})
}

// display is a function's name as people read it.
func display(fn *ssa.Function) string { return fn.String() }

// standardFiles are variables of packages that are not simulated which programs may use.
var standardFiles = words(`os.Stdin os.Stdout os.Stderr os.Args os.Interrupt os.Kill os.ErrInvalid os.ErrPermission os.ErrExist os.ErrNotExist os.ErrClosed os.ErrDeadlineExceeded`)

// cutGlobal notes a variable of a package that is not simulated, used in user code.
func (r *reach) cutGlobal(fn *ssa.Function, global *ssa.Global, pos token.Pos) {
	path, name := global.Pkg.Pkg.Path(), global.String()
	instead, isCut := cut[path]
	if !isCut || r.standard(packageOf(fn)) || !r.standard(path) || standardFiles[name] {
		return
	}
	r.inline = append(r.inline, refusal{fn: fn, pos: pos, what: name + " can not be simulated", instead: instead})
}
