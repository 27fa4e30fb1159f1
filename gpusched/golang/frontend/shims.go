package main

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// shimFiles are files in place of the standard library's of the same name.
//
//go:embed _shims
var shimFiles embed.FS

// replaced are packages that consist of our files alone.
var replaced = words(`reflect internal/reflectlite testing internal/testenv unique internal/godebug`)

// loweredAsIs are functions of Go's own source, or added to it, in packages that are not simulated otherwise.
var loweredAsIs = words(`
	(*os.File).output (*os.File).Name os.Expand os.ExpandEnv os.getShellName os.isShellSpecialVar os.isAlphaNum
	os.NewSyscallError (*os.SyscallError).Error (*os.SyscallError).Unwrap (*os.SyscallError).Timeout
	os.IsExist os.IsNotExist os.IsPermission os.IsTimeout os.underlyingErrorIs os.underlyingError os.IsPathSeparator
	(syscall.Errno).Is (syscall.Errno).Error (syscall.Errno).Temporary (syscall.Errno).Timeout
	(syscall.Signal).Signal (syscall.Signal).String
	runtime/debug.Stack runtime/debug.PrintStack runtime.simulatedStack runtime.simulatedPCs runtime.simulatedOwn runtime.simulatedEntry runtime.simulatedText
	runtime.simulatedNumber runtime.simulatedCalls runtime.simulatedPlace runtime.simulatedFile runtime.simulatedLine
`)

// shims puts our files, bodies and declarations into the overlay. Go's function is renamed, ours is appended, so that no other line moves.
func shims(overlay map[string][]byte) {
	source := filepath.Join(runtime.GOROOT(), "src")
	for name := range replaced {
		files, _ := filepath.Glob(filepath.Join(source, filepath.FromSlash(name), "*.go"))
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				overlay[file] = []byte("package " + path.Base(name) + "\n")
			}
		}
	}
	_ = fs.WalkDir(shimFiles, "_shims", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := shimFiles.ReadFile(name)
		overlay[filepath.Join(source, filepath.FromSlash(strings.TrimPrefix(name, "_shims/")))] = text
		return err
	})
	changed := map[string]bool{}
	for name := range shimBodies {
		changed[name] = true
	}
	for name := range shimTails {
		changed[name] = true
	}
	for name := range shimEdits {
		changed[name] = true
	}
	for name := range changed {
		file := filepath.Join(source, filepath.FromSlash(name))
		if text, err := os.ReadFile(file); err == nil {
			edited := strings.NewReplacer(shimEdits[name]...).Replace(string(text))
			overlay[file] = []byte(rebodied(edited, shimBodies[name]) + shimTails[name])
		}
	}
}

// rebodied is a file's text with other bodies for some functions.
func rebodied(source string, bodies map[string]string) string {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", source, parser.SkipObjectResolution)
	if err != nil {
		return source
	}
	text, tail := source, ""
	for i := len(file.Decls) - 1; i >= 0; i-- {
		function, isFunction := file.Decls[i].(*ast.FuncDecl)
		if !isFunction {
			continue
		}
		body, wanted := bodies[shimName(function)]
		if !wanted {
			continue
		}
		start, at := fset.Position(function.Pos()).Offset, fset.Position(function.Name.Pos()).Offset
		tail += "\n" + source[start:fset.Position(function.Body.Lbrace).Offset] + "{\n\t" + body + "\n}\n"
		text = text[:at] + "_" + text[at+len(function.Name.Name):]
	}
	return text + tail
}

// shimName is a function's name with its receiver's type.
func shimName(function *ast.FuncDecl) string {
	if function.Recv == nil {
		return function.Name.Name
	}
	star, t := "", function.Recv.List[0].Type
	if pointer, isPointer := t.(*ast.StarExpr); isPointer {
		star, t = "*", pointer.X
	}
	switch of := t.(type) {
	case *ast.IndexExpr:
		t = of.X
	case *ast.IndexListExpr:
		t = of.X
	}
	name, _ := t.(*ast.Ident)
	if name == nil {
		return function.Name.Name
	}
	return star + name.Name + "." + function.Name.Name
}

// shimmed says whether a function of a package that is not simulated has a body of ours.
func shimmed(pkg, name string) bool {
	for file, bodies := range shimBodies {
		for function := range bodies {
			if path.Dir(file) != pkg {
				continue
			}
			receiver, method, isMethod := strings.Cut(function, ".")
			full := pkg + "." + function
			if star := strings.HasPrefix(receiver, "*"); isMethod && star {
				full = "(*" + pkg + "." + receiver[1:] + ")." + method
			} else if isMethod {
				full = "(" + pkg + "." + receiver + ")." + method
			}
			if full == name {
				return true
			}
		}
	}
	return loweredAsIs[name] || strings.HasPrefix(name, "os.simulated") || strings.HasPrefix(name, "runtime.simulated")
}
