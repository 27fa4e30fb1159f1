package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// object is a JSON object.
type object = map[string]any

// typeTable gives identical types one number and describes them.
type typeTable struct {
	main       string
	ids        typeutil.Map
	list       []object
	strings    map[string]int
	interfaces []object
	ifaceTypes []types.Type
	sizes      types.Sizes
}

func newTypeTable(main string) *typeTable {
	return &typeTable{main: main, strings: map[string]int{}, sizes: types.SizesFor("gc", "amd64")}
}

// id is the number of t, described on first use.
func (table *typeTable) id(t types.Type) int {
	t = types.Unalias(t)
	if basic, isBasic := t.(*types.Basic); isBasic && basic.Info()&types.IsUntyped != 0 && basic.Kind() != types.UntypedNil {
		t = types.Default(t)
	}
	if basic, isBasic := t.(*types.Basic); isBasic && basic.Kind() != types.Invalid {
		t = types.Typ[basic.Kind()]
	}
	if id, known := table.ids.At(t).(int); known {
		return id
	}
	id := len(table.list)
	table.ids.Set(t, id)
	entry := object{}
	table.list = append(table.list, entry)
	table.describe(entry, t, id)
	return id
}

func (table *typeTable) describe(entry object, t types.Type, id int) {
	text := types.TypeString(t, nil)
	if table.strings[text]++; table.strings[text] > 1 {
		text = fmt.Sprintf("%s·%d", text, table.strings[text])
	}
	entry["string"] = text
	entry["name"] = table.printed(t, false)
	if named, isNamed := t.(*types.Named); isNamed {
		entry["named"] = true
		if pkg := named.Obj().Pkg(); pkg != nil && pkg.Path() == "$ssa" {
			entry["kind"], entry["gcsize"] = "iter", 8
			return
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		entry["kind"] = basicKind(u)
	case *types.Pointer:
		entry["kind"], entry["elem"] = "pointer", table.id(u.Elem())
	case *types.Slice:
		entry["kind"], entry["elem"] = "slice", table.id(u.Elem())
	case *types.Array:
		entry["kind"], entry["elem"], entry["len"] = "array", table.id(u.Elem()), u.Len()
	case *types.Chan:
		entry["kind"], entry["elem"], entry["dir"] = "chan", table.id(u.Elem()), int(u.Dir())
	case *types.Map:
		entry["kind"], entry["key"], entry["elem"] = "map", table.id(u.Key()), table.id(u.Elem())
	case *types.Signature:
		entry["kind"] = "func"
	case *types.Struct:
		entry["kind"], entry["fields"] = "struct", table.fields(u)
	case *types.Interface:
		entry["kind"], entry["interface"] = "interface", table.iface(t, u, id)
	case *types.Tuple:
		elems := []int{}
		for v := range u.Variables() {
			elems = append(elems, table.id(v.Type()))
		}
		entry["kind"], entry["elems"] = "tuple", elems
		return
	default:
		entry["kind"] = "invalid"
		return
	}
	if entry["kind"] != "invalid" && entry["kind"] != "untyped nil" {
		entry["gcsize"], entry["gcalign"] = table.sizes.Sizeof(t), table.sizes.Alignof(t)
	}
}

func basicKind(basic *types.Basic) string {
	switch basic.Kind() {
	case types.UnsafePointer:
		return "unsafe.Pointer"
	case types.UntypedNil:
		return "untyped nil"
	case types.Invalid:
		return "invalid"
	}
	return types.Typ[basic.Kind()].Name()
}

func (table *typeTable) fields(u *types.Struct) []object {
	fields, offsets := []object{}, []int64{}
	if u.NumFields() > 0 {
		offsets = table.sizes.Offsetsof(slices.Collect(u.Fields()))
	}
	for field := range u.Fields() {
		one := object{"name": field.Name(), "type": table.id(field.Type()), "embedded": field.Embedded(), "blank": field.Name() == "_",
			"gcoffset": offsets[len(fields)]}
		fields = append(fields, one)
	}
	return fields
}

// iface lists the interface type t and gives its number among the interfaces.
func (table *typeTable) iface(t types.Type, u *types.Interface, id int) int {
	methods := []string{}
	for method := range u.Methods() {
		methods = append(methods, method.Id())
	}
	number := len(table.interfaces)
	table.interfaces = append(table.interfaces, object{"type": id, "methods": methods})
	table.ifaceTypes = append(table.ifaceTypes, t)
	return number
}

// printed is the type as %T prints it; path: with package paths, as in type arguments.
func (table *typeTable) printed(t types.Type, path bool) string {
	inner := func(t types.Type) string { return table.printed(t, path) }
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return basicKind(t)
	case *types.Named:
		return table.printedNamed(t, path)
	case *types.Pointer:
		return "*" + inner(t.Elem())
	case *types.Slice:
		return "[]" + inner(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), inner(t.Elem()))
	case *types.Map:
		return "map[" + inner(t.Key()) + "]" + inner(t.Elem())
	case *types.Chan:
		element := inner(t.Elem())
		if receive, isChan := types.Unalias(t.Elem()).(*types.Chan); isChan && receive.Dir() == types.RecvOnly && t.Dir() != types.RecvOnly {
			element = "(" + element + ")"
		}
		return map[types.ChanDir]string{types.SendRecv: "chan ", types.SendOnly: "chan<- ", types.RecvOnly: "<-chan "}[t.Dir()] + element
	case *types.Signature:
		return "func" + table.printedSignature(t, path)
	case *types.Struct:
		return table.printedStruct(t, path)
	case *types.Interface:
		var methods []string
		for method := range t.Methods() {
			methods = append(methods, method.Name()+table.printedSignature(method.Signature(), path))
		}
		if len(methods) == 0 {
			return "interface {}"
		}
		return "interface { " + strings.Join(methods, "; ") + " }"
	}
	return t.String()
}

func (table *typeTable) printedNamed(t *types.Named, path bool) string {
	name := t.Obj().Name()
	if pkg := t.Obj().Pkg(); pkg != nil {
		switch {
		case pkg.Path() == table.main:
			name = "main." + name
		case path:
			name = pkg.Path() + "." + name
		default:
			name = pkg.Name() + "." + name
		}
	}
	var args []string
	for arg := range t.TypeArgs().Types() {
		args = append(args, table.printed(arg, true))
	}
	if len(args) > 0 {
		name += "[" + strings.Join(args, ",") + "]"
	}
	return name
}

func (table *typeTable) printedStruct(t *types.Struct, path bool) string {
	var fields []string
	for i := range t.NumFields() {
		field := t.Field(i)
		text := table.printed(field.Type(), path)
		if !field.Embedded() {
			text = field.Name() + " " + text
		}
		if tag := t.Tag(i); tag != "" {
			text += fmt.Sprintf(" %q", tag)
		}
		fields = append(fields, text)
	}
	if len(fields) == 0 {
		return "struct {}"
	}
	return "struct { " + strings.Join(fields, "; ") + " }"
}

func (table *typeTable) printedSignature(t *types.Signature, path bool) string {
	var params, results []string
	for i := range t.Params().Len() {
		text := table.printed(t.Params().At(i).Type(), path)
		if t.Variadic() && i == t.Params().Len()-1 {
			text = "..." + strings.TrimPrefix(text, "[]")
		}
		params = append(params, text)
	}
	for result := range t.Results().Variables() {
		results = append(results, table.printed(result.Type(), path))
	}
	text := "(" + strings.Join(params, ", ") + ")"
	switch len(results) {
	case 0:
		return text
	case 1:
		return text + " " + results[0]
	}
	return text + " (" + strings.Join(results, ", ") + ")"
}
