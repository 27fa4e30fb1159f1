package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// shimPackages puts the packages below root, each in the folder that its import path names, in place of Go's: its files are emptied, ours are added.
func shimPackages(overlay map[string][]byte, root string) error {
	if root == "" {
		return nil
	}
	return filepath.WalkDir(root, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		place := filepath.Join(runtime.GOROOT(), "src", filepath.Dir(relative))
		theirs, err := filepath.Glob(filepath.Join(place, "*.go"))
		if err != nil {
			return err
		}
		for _, file := range theirs {
			if overlay[file] == nil && !strings.HasSuffix(file, "_test.go") {
				overlay[file] = []byte("package " + filepath.Base(place) + "\n")
			}
		}
		overlay[filepath.Join(place, filepath.Base(name))] = source
		return nil
	})
}
