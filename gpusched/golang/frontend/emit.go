package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// emitter turns what is reached into the JSON document.
type emitter struct {
	*program
	reach     *reach
	types     *typeTable
	funcIDs   map[*ssa.Function]int
	globalIDs map[*ssa.Global]int
	linknames map[string]string
	varied    map[string]bool
	paths     map[string]string // directory -> import path
}

func newEmitter(p *program, r *reach) *emitter {
	paths := map[string]string{}
	for _, pkg := range p.order {
		if len(pkg.GoFiles) > 0 {
			paths[filepath.Dir(pkg.GoFiles[0])] = pkg.PkgPath
		}
	}
	paths[p.support] = supportPath
	return &emitter{program: p, reach: r, paths: paths, types: newTypeTable(p.main.PkgPath), funcIDs: map[*ssa.Function]int{},
		globalIDs: map[*ssa.Global]int{}, linknames: map[string]string{}, varied: map[string]bool{}}
}

// document is the whole output: see FORMAT.md.
func (e *emitter) document() object {
	refused := e.reach.refused()
	e.reach.cutInits()
	for fn := range e.reach.bodies {
		fuse(fn)
	}
	for _, name := range e.vary {
		e.varied[name] = true
	}
	for _, one := range e.consts {
		if global, isGlobal := e.ssaMain.Members[one.name].(*ssa.Global); isGlobal && e.varied[one.name] {
			e.reach.global(global)
		}
	}
	for i, fn := range e.reach.funcs {
		e.funcIDs[fn] = i
	}
	for i, global := range e.reach.globals {
		e.globalIDs[global] = i
	}
	e.readLinknames()
	globals := []object{}
	for _, global := range e.reach.globals {
		globals = append(globals, object{"name": global.String(), "type": e.types.id(global.Type().(*types.Pointer).Elem()), "pos": e.declaredAt(global)})
	}
	funcs := []object{}
	for _, fn := range e.reach.funcs {
		funcs = append(funcs, e.function(fn))
	}
	document := object{"format": "gpusched-ssa/1", "go": e.version, "package": e.program.main.PkgPath, "main": e.funcIDs[e.ssaMain.Func("main")],
		"init": e.inits(), "funcs": funcs, "globals": globals, "consts": e.declared(), "vars": e.variables()}
	document["methods"], document["implements"] = e.methods()
	document["refused"] = e.refusals(refused)
	document["types"], document["interfaces"] = e.types.list, e.types.interfaces
	if e.tests != nil {
		document["tests"] = e.testList()
	}
	if e.types.interfaces == nil {
		document["interfaces"] = []object{}
	}
	return document
}

// testList are the tests that the program can run, by the value of the variable which.
func (e *emitter) testList() []object {
	found := []object{}
	for _, one := range e.tests {
		entry := object{"name": one.name, "kind": strings.ToLower(one.kind), "file": filepath.Base(one.pos.Filename), "line": one.pos.Line}
		if one.kind == "Example" {
			entry["output"], entry["unordered"] = one.output, one.unordered
		}
		found = append(found, entry)
	}
	return found
}

// inits are the package initialisers, in the order in which they run.
func (e *emitter) inits() []int {
	ids := []int{}
	for _, pkg := range e.order {
		if state := e.reach.inits[pkg.PkgPath]; state != nil && len(state.fn.Blocks)+len(state.fn.Blocks[0].Instrs) > 2 {
			ids = append(ids, e.funcIDs[state.fn])
		}
	}
	return ids
}

// methods maps types that reach an interface to their reached methods, and to the interfaces that they implement.
func (e *emitter) methods() (methods, implements object) {
	methods, implements = object{}, object{}
	for _, t := range e.reach.types {
		entry := object{}
		set := e.prog.MethodSets.MethodSet(t)
		for i := range set.Len() {
			fn := e.reach.method(t, set.At(i).Obj().(*types.Func))
			if id, reached := e.funcIDs[fn]; reached {
				entry[set.At(i).Obj().(*types.Func).Id()] = id
			}
		}
		methods[fmt.Sprint(e.types.id(t))] = entry
	}
	for _, t := range e.reach.types {
		matched := []int{}
		for number, candidate := range e.types.ifaceTypes {
			if types.Implements(t, candidate.Underlying().(*types.Interface)) {
				matched = append(matched, number)
			}
		}
		implements[fmt.Sprint(e.types.id(t))] = matched
	}
	return methods, implements
}

// variables maps each varied name to its global.
func (e *emitter) variables() object {
	found := object{}
	for name := range e.varied {
		if global, isGlobal := e.ssaMain.Members[name].(*ssa.Global); isGlobal {
			found[name] = e.globalIDs[global]
		}
	}
	return found
}

// declared are the package-level constants and constant variables of the main package.
func (e *emitter) declared() object {
	found := object{}
	for _, one := range e.consts {
		entry := object{"type": e.types.id(one.kind), "value": constantText(one.value, one.kind), "file": filepath.Base(one.pos.Filename), "line": one.pos.Line, "var": one.isVar}
		found[one.name] = entry
	}
	return found
}

func (e *emitter) refusals(list []refusal) []object {
	found := []object{}
	for _, one := range list {
		entry := object{"pos": e.position(one.pos), "what": one.what, "instead": one.instead, "path": one.path, "dynamic": one.dynamic}
		if one.fn != nil {
			entry["func"] = e.funcIDs[one.fn]
		} else {
			entry["func"] = nil
		}
		found = append(found, entry)
	}
	return found
}

// file is the name that positions carry: main.go in the main package, else import path/file.go.
func (e *emitter) file(pos token.Position) string {
	base := filepath.Base(pos.Filename)
	if filepath.Dir(pos.Filename) == e.dir {
		return base
	}
	if name, known := e.paths[filepath.Dir(pos.Filename)]; known {
		return path.Join(name, base)
	}
	return base
}

func (e *emitter) position(at token.Pos) string {
	if !at.IsValid() {
		return ""
	}
	pos := e.fset.Position(at)
	return fmt.Sprintf("%s:%d:%d", e.file(pos), pos.Line, pos.Column)
}

// declaredAt is a global's position in the source, also where an override declared it anew.
func (e *emitter) declaredAt(global *ssa.Global) string {
	for _, one := range e.consts {
		if global.Pkg == e.ssaMain && one.name == global.Name() {
			return fmt.Sprintf("%s:%d:%d", filepath.Base(one.pos.Filename), one.pos.Line, one.pos.Column)
		}
	}
	return e.position(global.Pos())
}

// readLinknames collects the go:linkname comments of the packages with reached functions: package.local -> target.
func (e *emitter) readLinknames() {
	for _, pkg := range e.packages {
		for _, file := range pkg.Syntax {
			for _, group := range file.Comments {
				e.linkname(pkg.PkgPath, group)
			}
		}
	}
}

func (e *emitter) linkname(pkg string, group *ast.CommentGroup) {
	for _, comment := range group.List {
		fields := strings.Fields(comment.Text)
		if len(fields) == 3 && strings.HasPrefix(fields[0], "//go:linkname") {
			e.linknames[pkg+"."+fields[1]] = fields[2]
		}
	}
}

// function describes one function, with its blocks if it has any.
func (e *emitter) function(fn *ssa.Function) object {
	entry := object{"name": fn.String(), "pkg": packageOf(fn), "origin": "", "synthetic": fn.Synthetic, "pos": e.position(fn.Pos()), "body": e.reach.bodies[fn],
		"defers": false, "recover": -1, "linkname": e.linknames[fn.String()], "native": isNative(fn)}
	if o := fn.Origin(); o != nil {
		entry["origin"] = o.String()
	}
	params, free, results := [][]any{}, [][]any{}, []int{}
	signature := fn.Signature
	if len(fn.Params) > 0 {
		for _, param := range fn.Params {
			params = append(params, []any{param.Name(), e.types.id(param.Type())})
		}
	} else {
		if signature.Recv() != nil {
			params = append(params, []any{signature.Recv().Name(), e.types.id(signature.Recv().Type())})
		}
		for param := range signature.Params().Variables() {
			params = append(params, []any{param.Name(), e.types.id(param.Type())})
		}
	}
	for _, variable := range fn.FreeVars {
		free = append(free, []any{variable.Name(), e.types.id(variable.Type())})
	}
	for result := range signature.Results().Variables() {
		results = append(results, e.types.id(result.Type()))
	}
	entry["params"], entry["freevars"], entry["results"] = params, free, results
	if e.reach.bodies[fn] {
		newBody(e, fn).write(entry)
	}
	return entry
}
