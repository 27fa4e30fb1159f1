package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"golang.org/x/tools/go/packages"
)

// build compiles the main package for the real runtime, its constants as opts.set says, and writes the binary.
func build(opts *options) error {
	dir, err := filepath.Abs(opts.dir)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "gpusched-build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	overlay := map[string][]byte{}
	env, err := workspace(dir, opts.work, temp, overlay)
	if err != nil {
		return err
	}
	p := &program{fset: token.NewFileSet(), dir: dir, set: opts.set, version: runtime.Version()}
	cfg := &packages.Config{Mode: loadMode, Dir: dir, Env: env, BuildFlags: []string{"-tags=" + opts.tags}, Fset: p.fset, Overlay: overlay}
	if p.main, err = loadOne(cfg); err != nil {
		return err
	}
	p.index()
	changed := maps.Clone(overlay)
	if len(p.set) > 0 {
		files, err := p.overridden(p.main, overlay)
		if err != nil {
			return err
		}
		maps.Copy(changed, files)
	}
	for path, text := range opts.overlay {
		changed[path] = []byte(text)
	}
	if opts.deps != "" {
		if err := os.WriteFile(opts.deps, []byte(strings.Join(p.localDirs(), "\n")+"\n"), 0o600); err != nil {
			return err
		}
	}
	file, err := overlayFile(temp, changed)
	if err != nil {
		return err
	}
	command := exec.Command(filepath.Join(runtime.GOROOT(), "bin", "go"), "build", "-overlay", file, "-tags", opts.tags, "-trimpath",
		"-ldflags=-checklinkname=0", "-o", opts.build, ".")
	command.Dir, command.Env = dir, env
	if said, err := command.CombinedOutput(); err != nil {
		if len(said) == 0 {
			return fmt.Errorf("go build: %w", err)
		}
		return errors.New(compilerSays(string(said), dir))
	}
	return nil
}

// compilerSays are the messages of go build without its lines that name the packages, the file names as ours are: with their folder.
func compilerSays(said, dir string) string {
	var lines []string
	for line := range strings.Lines(said) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "# ") {
			continue
		}
		if place, message, found := strings.Cut(line, ": "); found && positioned.MatchString(place) {
			line = shorten(place, dir) + ": " + message
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return strings.TrimSpace(said)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// positioned are places in Go and assembly files: file:line or file:line:column.
var positioned = regexp.MustCompile(`^\S.*\.(go|s):\d+(:\d+)?$`)

// overlayFile writes the texts into the directory, and the file that tells go build of them.
func overlayFile(temp string, texts map[string][]byte) (string, error) {
	replace := map[string]string{}
	for path, text := range texts {
		name := filepath.Join(temp, fmt.Sprintf("%d-%s", len(replace), filepath.Base(path)))
		if err := os.WriteFile(name, text, 0o600); err != nil {
			return "", err
		}
		replace[path] = name
	}
	content, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(temp, "overlay.json")
	return name, os.WriteFile(name, content, 0o600)
}
