// Command frontend writes the reachable part of a Go program as SSA in JSON: the format is FORMAT.md.
//
// It type-checks a main package and its imports from source, builds go/ssa, prunes constant branches, follows what main and the
// package initialisers reach, stops at the functions that the model makes itself (natives.go), and prints one JSON object.
// No code of the program runs.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
)

// options are the command's flags and its argument.
type options struct {
	dir     string            // directory of the main package
	tests   *testChoice       // tests of the package to run, nil for its main function
	work    string            // directory of the module gpusched/work, "" for none
	tags    string            // build tags
	overlay map[string]string // file name -> text
	set     map[string]string // constant -> value in JSON
	vary    []string          // constants that become variables
	build   string            // binary to build for the real runtime, "" for none
	deps    string            // file that gets the directories with sources that are not of a released module, "" for none
}

func main() {
	debug.SetGCPercent(400) // a short-lived process: time is worth more than memory
	opts, err := parseFlags()
	if err == nil {
		err = run(opts)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, strings.TrimRight(err.Error(), "\n"))
		os.Exit(1)
	}
}

func parseFlags() (*options, error) {
	opts := &options{}
	overlay := flag.String("overlay", "", "JSON `file`: {\"Replace\": {\"path\": \"path of the text\"}}, as for go build")
	set := flag.String("set", "", "JSON `object`: package-level constant or variable -> value")
	vary := flag.String("vary", "", "comma-separated `names` of constants that become variables")
	flag.StringVar(&opts.tags, "tags", "gpusched,purego,noasm,math_big_pure_go,safe,disableunsafe", "build `tags`")
	flag.StringVar(&opts.deps, "deps", "", "`file` that gets the directories of local packages, one a line")
	flag.StringVar(&opts.work, "work", "", "`directory` of the module gpusched/work")
	flag.StringVar(&opts.build, "build", "", "compile for the real runtime instead, into `file`")
	test := flag.Bool("test", false, "make a program of the package's tests")
	run := flag.String("run", "", "regular `expression`: the tests")
	bench := flag.String("bench", "", "regular `expression`: the benchmarks")
	files := flag.String("files", "", "comma-separated `names` of the files that declare them")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: frontend [flags] PACKAGE_DIRECTORY")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		return nil, errors.New("frontend takes one package directory")
	}
	opts.dir = flag.Arg(0)
	if *test {
		opts.tests = &testChoice{run: *run, bench: *bench}
		if *files != "" {
			opts.tests.files = strings.Split(*files, ",")
		}
	}
	if *vary != "" {
		opts.vary = strings.Split(*vary, ",")
	}
	if *set != "" {
		raw := map[string]json.RawMessage{}
		if err := json.Unmarshal([]byte(*set), &raw); err != nil {
			return nil, fmt.Errorf("-set: %w", err)
		}
		opts.set = map[string]string{}
		for name, value := range raw {
			opts.set[name] = string(value)
		}
	}
	return opts, readOverlay(*overlay, opts)
}

// readOverlay fills opts.overlay from the file in go build's overlay format.
func readOverlay(name string, opts *options) error {
	opts.overlay = map[string]string{}
	if name == "" {
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var file struct{ Replace map[string]string }
	if err := json.Unmarshal(text, &file); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for path, source := range file.Replace {
		content, err := os.ReadFile(source)
		if err != nil {
			return err
		}
		opts.overlay[path] = string(content)
	}
	return nil
}

// run does the work; what the front end can not cope with is an error too.
func run(opts *options) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("%s: the front end failed: %v", opts.dir, failure)
		}
	}()
	if opts.build != "" {
		return build(opts)
	}
	loaded, err := load(opts)
	if err != nil {
		return err
	}
	if opts.deps != "" {
		if err := os.WriteFile(opts.deps, []byte(strings.Join(loaded.localDirs(), "\n")+"\n"), 0o600); err != nil {
			return err
		}
	}
	world := newReach(loaded)
	if err := world.all(); err != nil {
		return err
	}
	document := newEmitter(loaded, world).document()
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return err
	}
	return out.Flush()
}
