package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// workspace makes imports resolve: a go.work of the user's module and of gpusched/work, and a go.mod (in the overlay) where the
// directory lies in no module. It returns the environment for the go command.
func workspace(dir, work, temp string, overlay map[string][]byte) ([]string, error) {
	env := append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOTOOLCHAIN=local", "GOFLAGS=-buildvcs=false", "GOPACKAGESDRIVER=off", "GO111MODULE=on", "PWD="+dir)
	if within(dir, filepath.Join(runtime.GOROOT(), "src")) {
		return append(env, "GOWORK=off"), nil
	}
	version := strings.TrimPrefix(runtime.Version(), "go")
	root := moduleRoot(dir)
	if root == "" {
		root = dir
		overlay[filepath.Join(dir, "go.mod")] = fmt.Appendf(nil, "module example/%s\n\ngo %s\n", moduleName(dir), version)
	}
	uses := []string{root}
	if previous := workFile(dir); previous != "" {
		text, err := os.ReadFile(previous)
		if err != nil {
			return nil, err
		}
		file, err := modfile.ParseWork(previous, text, nil)
		if err != nil {
			return nil, err
		}
		for _, use := range file.Use {
			path := use.Path
			if !filepath.IsAbs(path) {
				path = filepath.Join(filepath.Dir(previous), path)
			}
			uses = append(uses, path)
		}
	}
	if work != "" {
		abs, err := filepath.Abs(work)
		if err != nil {
			return nil, err
		}
		uses = append(uses, abs)
	}
	slices.Sort(uses)
	text := "go " + version + "\n\nuse (\n"
	for _, use := range slices.Compact(uses) {
		text += "\t" + modfile.AutoQuote(use) + "\n"
	}
	name := filepath.Join(temp, "go.work")
	if err := os.WriteFile(name, []byte(text+")\n"), 0o600); err != nil {
		return nil, err
	}
	return append(env, "GOWORK="+name), nil
}

// within says whether path is root or lies below it.
func within(path, root string) bool {
	rest, err := filepath.Rel(root, path)
	return err == nil && rest != ".." && !strings.HasPrefix(rest, "../")
}

// moduleRoot is the nearest directory at or above dir that has a go.mod, or "".
func moduleRoot(dir string) string { return above(dir, "go.mod") }

// workFile is the go.work that the go command would use for dir, or "".
func workFile(dir string) string {
	switch name := os.Getenv("GOWORK"); name {
	case "off":
		return ""
	case "":
		if at := above(dir, "go.work"); at != "" {
			return filepath.Join(at, "go.work")
		}
		return ""
	default:
		return name
	}
}

// above is the nearest directory at or above dir that has the file, or "".
func above(dir, file string) string {
	for {
		if info, err := os.Stat(filepath.Join(dir, file)); err == nil && !info.IsDir() {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// moduleName is the directory's name with every character that a module path may not have replaced.
func moduleName(dir string) string {
	name := strings.Map(func(r rune) rune {
		if r < 128 && (r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, filepath.Base(dir))
	return name
}
