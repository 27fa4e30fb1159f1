package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"

	"golang.org/x/tools/go/ssa"
)

// supportPath is the package of ours whose functions stand for instructions on maps and strings, and whose types are the errors of the run time.
const supportPath = "gpusched/work/internal/runtime"

// loadSupport makes the SSA package at supportPath from the module in directory work, if there is one.
func (p *program) loadSupport(work string) error {
	if work == "" {
		return nil
	}
	dir, err := filepath.Abs(filepath.Join(work, "internal", "runtime"))
	if err != nil {
		return err
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		return err
	}
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(p.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	info := newInfo()
	importer := importFunc(func(string) (*types.Package, error) { return types.Unsafe, nil })
	pkg, err := (&types.Config{Sizes: p.main.TypesSizes, Importer: importer}).Check(supportPath, p.fset, files, info)
	if err != nil {
		return err
	}
	p.support, p.runtime = dir, p.prog.CreatePackage(pkg, files, info, true)
	return nil
}

// supported reaches the functions that the lowering calls for an instruction.
func (r *reach) supported(fn *ssa.Function, instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.MakeMap:
		r.support(fn, instr.Pos(), "makemap")
	case *ssa.Lookup:
		if isMap(instr.X.Type()) {
			r.support(fn, instr.Pos(), "mapaccess")
		}
	case *ssa.MapUpdate:
		r.support(fn, instr.Pos(), "mapassign")
	case *ssa.Range:
		if isMap(instr.X.Type()) {
			r.support(fn, instr.Pos(), "mapiterinit", "mapiternext")
		} else {
			r.support(fn, instr.Pos(), "decoderune")
		}
	case *ssa.Convert:
		r.converted(fn, instr, instr.X.Type(), instr.Type())
	case *ssa.MultiConvert:
		r.converted(fn, instr, instr.X.Type(), instr.Type())
	case *ssa.BinOp:
		if basic, is := instr.X.Type().Underlying().(*types.Basic); is && basic.Info()&types.IsComplex != 0 && instr.Op == token.QUO {
			r.support(fn, instr.Pos(), "complex128div")
		}
	case ssa.CallInstruction:
		builtin, isBuiltin := instr.Common().Value.(*ssa.Builtin)
		if isBuiltin && builtin.Name() == "recover" {
			r.support(fn, instr.Pos(), "recovered", "asserted")
		}
		if !isBuiltin || len(instr.Common().Args) == 0 || !isMap(instr.Common().Args[0].Type()) {
			return
		}
		switch builtin.Name() {
		case "delete":
			r.support(fn, instr.Pos(), "mapdelete")
		case "clear":
			r.support(fn, instr.Pos(), "mapclear")
		}
	}
}

// converted reaches what a conversion of strings needs.
func (r *reach) converted(fn *ssa.Function, instr ssa.Instruction, from, to types.Type) {
	switch {
	case isString(to) && isInteger(from):
		r.support(fn, instr.Pos(), "intstring")
	case isString(to) && isRunes(from):
		r.support(fn, instr.Pos(), "slicerunetostring")
	case isString(from) && isRunes(to):
		r.support(fn, instr.Pos(), "stringtoslicerune")
	}
}

// support reaches functions of the package at supportPath.
func (r *reach) support(fn *ssa.Function, pos token.Pos, names ...string) {
	if r.runtime == nil {
		return
	}
	r.build(r.runtime)
	for _, name := range names {
		r.function(r.runtime.Func(name), edge{fn, pos, true})
	}
}

// pushed is the function of package runtime that stands for one that it gives to tests, nil for all other functions.
func (r *reach) pushed(fn *ssa.Function) *ssa.Function {
	name, pkg := pushed[fn.String()], r.packages["runtime"]
	if name == "" || pkg == nil {
		return nil
	}
	runtime := r.prog.Package(pkg.Types)
	r.build(runtime)
	return runtime.Func(name)
}

// ownMethod is the method of the package at supportPath that stands for one of an error of package runtime, nil for all other functions.
func (r *reach) ownMethod(fn *ssa.Function) *ssa.Function {
	receiver := fn.Signature.Recv()
	if receiver == nil || r.runtime == nil || packageOf(fn) != "runtime" {
		return nil
	}
	pointer, isPointer := receiver.Type().(*types.Pointer)
	if !isPointer {
		return nil
	}
	named, isNamed := pointer.Elem().(*types.Named)
	if !isNamed {
		return nil
	}
	own := r.runtime.Pkg.Scope().Lookup(named.Obj().Name())
	if own == nil {
		return nil
	}
	return r.prog.LookupMethod(types.NewPointer(own.Type()), r.runtime.Pkg, fn.Name())
}

func isMap(t types.Type) bool {
	_, is := t.Underlying().(*types.Map)
	return is
}

func isString(t types.Type) bool {
	basic, is := t.Underlying().(*types.Basic)
	return is && basic.Info()&types.IsString != 0
}

func isRunes(t types.Type) bool {
	slice, is := t.Underlying().(*types.Slice)
	if !is {
		return false
	}
	basic, is := slice.Elem().Underlying().(*types.Basic)
	return is && basic.Kind() == types.Int32
}
