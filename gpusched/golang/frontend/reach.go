package main

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// edge says how a function was reached: from which function, where, and whether by a plain call (or as a value in user code).
type edge struct {
	from  *ssa.Function
	pos   token.Pos
	plain bool
}

// invoke is one interface method that reached code calls.
type invoke struct {
	iface  *types.Interface
	method *types.Func
	from   *ssa.Function
	pos    token.Pos
}

// reach is rapid type analysis with pruning: functions, globals, and types in interfaces that the program can come to.
// Functions whose value is taken count as reached.
type reach struct {
	*program
	funcs     []*ssa.Function
	edges     map[*ssa.Function][]edge
	bodies    map[*ssa.Function]bool // reached functions with a body that is lowered
	globals   []*ssa.Global
	hasGlob   map[*ssa.Global]bool
	types     []types.Type // concrete types that reach an interface
	hasType   typeutil.Map
	isBoxed   typeutil.Map // types whose values an instruction puts into an interface
	invokes   []invoke
	hasInv    map[string]bool
	built     map[*ssa.Package]bool
	inits     map[string]*initializer
	work      []*ssa.Function
	printings []printing
	inline    []refusal             // constructs of user code that can not be lowered
	recast    map[*ssa.Convert]bool // conversions among them
	std       map[string]bool       // names of the reached functions of the standard library
	reflects  bool                  // whether values are looked into by type
}

func newReach(p *program) *reach {
	return &reach{program: p, edges: map[*ssa.Function][]edge{}, bodies: map[*ssa.Function]bool{}, hasGlob: map[*ssa.Global]bool{},
		hasInv: map[string]bool{}, built: map[*ssa.Package]bool{}, inits: map[string]*initializer{}, std: map[string]bool{}, recast: map[*ssa.Convert]bool{}}
}

// all runs the analysis to its fixed point.
func (r *reach) all() error {
	for _, pkg := range r.order {
		if path := pkg.PkgPath; !r.standard(path) && path != "unsafe" {
			r.wholeInit(r.prog.Package(pkg.Types))
		}
	}
	main := r.ssaMain
	r.build(main)
	r.function(main.Func("main"), edge{plain: true})
	for {
		for len(r.work) > 0 {
			fn := r.work[0]
			r.work = r.work[1:]
			r.scan(fn, fn.Blocks)
		}
		if !r.initStep() && !r.printStep() && len(r.work) == 0 {
			return nil
		}
	}
}

// build makes the bodies of a package's functions, once.
func (r *reach) build(pkg *ssa.Package) {
	if pkg != nil && !r.built[pkg] {
		r.built[pkg] = true
		pkg.Build()
	}
}

// function notes that fn is reached by way.
func (r *reach) function(fn *ssa.Function, way edge) {
	_, seen := r.edges[fn]
	r.edges[fn] = append(r.edges[fn], way)
	if seen {
		return
	}
	r.funcs = append(r.funcs, fn)
	r.std[fn.String()] = r.standard(packageOf(fn))
	if fn.String() == "reflect.ValueOf" {
		r.reflected()
	}
	r.build(fn.Pkg)
	if pkg := r.prog.ImportedPackage(packageOf(fn)); pkg != nil {
		r.build(pkg)
	}
	if isNative(fn) || len(fn.Blocks) == 0 || r.cutAt(fn) != "" {
		return
	}
	prune(fn)
	restoreRunDefers(fn)
	r.bodies[fn] = true
	r.work = append(r.work, fn)
}

// cutAt is the cut package that declares fn, or "".
func (r *reach) cutAt(fn *ssa.Function) string {
	path, outermost := packageOf(fn), fn
	for outermost.Parent() != nil {
		outermost = outermost.Parent()
	}
	if shimmed(path, origin(outermost).String()) {
		return ""
	}
	if path == "reflect" && len(fn.Blocks) > 0 {
		return ""
	}
	if _, is := cut[path]; is && r.standard(path) {
		return path
	}
	if path == "net/url" || path == "net/netip" {
		return ""
	}
	for _, prefix := range []string{"net/", "internal/syscall/", "internal/runtime/"} {
		if strings.HasPrefix(path, prefix) {
			return path
		}
	}
	return ""
}

// scan follows what the instructions of blocks refer to.
func (r *reach) scan(fn *ssa.Function, blocks []*ssa.BasicBlock) {
	for _, block := range blocks {
		for _, instr := range block.Instrs {
			r.instruction(fn, instr)
		}
	}
}

func (r *reach) instruction(fn *ssa.Function, instr ssa.Instruction) {
	var callee ssa.Value
	if call, isCall := instr.(ssa.CallInstruction); isCall {
		common := call.Common()
		r.printed(fn, common)
		switch target := common.StaticCallee(); {
		case common.IsInvoke():
			r.invoke(invoke{common.Value.Type().Underlying().(*types.Interface), common.Method, fn, instr.Pos()})
		case target != nil:
			if dropped(instr) {
				return
			}
			if own := cmp.Or(r.ownMethod(target), r.pushed(target)); own != nil {
				target, common.Value = own, own
			}
			callee = common.Value
			if closure, isClosure := callee.(*ssa.MakeClosure); isClosure {
				callee = closure.Fn
			}
			r.function(target, edge{fn, instr.Pos(), true})
		}
	}
	r.shown(fn, instr)
	r.supported(fn, instr)
	switch instr := instr.(type) {
	case *ssa.MakeInterface:
		r.runtimeType(instr.X.Type())
	case *ssa.Convert:
		r.conversion(fn, instr)
	}
	for _, operand := range instr.Operands(nil) {
		switch value := (*operand).(type) {
		case *ssa.Function:
			if value != callee {
				value = printerValue(operand, value)
				r.function(value, edge{fn, instr.Pos(), !r.standard(packageOf(value)) || value.Parent() == nil && packageOf(value) == ""})
			}
		case *ssa.Global:
			r.global(value)
			r.cutGlobal(fn, value, instr.Pos())
		}
	}
}

// dropped says whether the instruction is a call that stands for nothing in the model.
func dropped(instr ssa.Instruction) bool {
	call, isCall := instr.(ssa.CallInstruction)
	if !isCall {
		return false
	}
	callee := call.Common().StaticCallee()
	if callee == nil {
		return false
	}
	_, plain := instr.(*ssa.Call)
	name := origin(callee).String()
	return plain && (nothing[name] || constantFalse[name])
}

func (r *reach) global(global *ssa.Global) {
	if !r.hasGlob[global] {
		r.hasGlob[global] = true
		r.globals = append(r.globals, global)
		r.build(global.Pkg)
	}
}

// runtimeType notes that values of t are put into interfaces.
func (r *reach) runtimeType(t types.Type) {
	if !types.IsInterface(t) {
		r.isBoxed.Set(types.Unalias(t), true)
	}
	r.dynamicType(t)
}

// dynamicType notes that an interface may come to hold values of t.
func (r *reach) dynamicType(t types.Type) {
	t = types.Unalias(t)
	if types.IsInterface(t) || r.hasType.At(t) != nil {
		return
	}
	r.hasType.Set(t, true)
	r.types = append(r.types, t)
	for _, call := range r.invokes {
		r.match(t, call)
	}
	if r.reflects {
		r.innerTypes(t)
	}
}

// reflected notes that the program looks into values, which puts what they consist of into interfaces.
func (r *reach) reflected() {
	r.reflects = true
	for _, t := range slices.Clone(r.types) {
		r.innerTypes(t)
	}
}

// innerTypes notes the types of what can be had from a value of type t without its methods.
func (r *reach) innerTypes(t types.Type) {
	switch t := t.Underlying().(type) {
	case *types.Map:
		r.dynamicType(t.Key())
		r.dynamicType(t.Elem())
	case interface{ Elem() types.Type }:
		r.dynamicType(t.Elem())
	case *types.Struct:
		for field := range t.Fields() {
			if field.Exported() {
				r.dynamicType(field.Type())
			}
		}
	}
}

func (r *reach) invoke(call invoke) {
	key := call.method.Id() + " " + types.TypeString(call.iface, nil)
	if r.hasInv[key] {
		return
	}
	r.hasInv[key] = true
	r.invokes = append(r.invokes, call)
	for _, t := range r.types {
		r.match(t, call)
	}
}

// match reaches t's method if t implements the interface that is called.
func (r *reach) match(t types.Type, call invoke) {
	if !types.Implements(t, call.iface) {
		return
	}
	if method := r.method(t, call.method); method != nil {
		r.function(method, edge{call.from, call.pos, false})
	}
}

// method is the function for t's method, which takes the receiver as t.
func (r *reach) method(t types.Type, method *types.Func) *ssa.Function {
	selection := r.prog.MethodSets.MethodSet(t).Lookup(method.Pkg(), method.Name())
	if selection == nil {
		return nil
	}
	if object, ok := selection.Obj().(*types.Func); ok && object.Pkg() != nil {
		r.build(r.prog.Package(object.Pkg()))
	}
	return r.prog.MethodValue(selection)
}
