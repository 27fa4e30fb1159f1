// Package flag: the defaults, as a world has no arguments, and sets that are given some.
package main

import (
	"flag"
	"fmt"
	"io"
	"time"
)

func main() {
	n := flag.Int("n", 3, "a `number`")
	d := flag.Duration("d", time.Second, "how long")
	flag.Parse()
	fmt.Println(*n, *d, flag.NArg(), flag.Parsed())
	set := flag.NewFlagSet("set", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	verbose := set.Bool("v", false, "say more")
	name := set.String("name", "nobody", "who")
	x := set.Float64("x", 0.5, "a factor")
	fmt.Println(set.Parse([]string{"-v", "--name", "gopher", "-x=2.25", "rest", "-y"}), *verbose, *name, *x, set.Args())
	fmt.Println(set.Parse([]string{"-unknown"}))
	fmt.Println(set.Parse([]string{"-x", "much"}))
	set.VisitAll(func(f *flag.Flag) { fmt.Println(f.Name, f.DefValue, f.Value) })
}
