// Runs a program in many fresh processes and prints how often it ended in which way, as JSON:
//
//	launch COUNT PROCS PROGRAM
//
// A way is "completed", "exit status N", "timeout", or the first line that Go's runtime wrote of a panic or fatal error.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	limit    = 5 * time.Second
	parallel = 2
)

func once(program, procs string) string {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	command := exec.CommandContext(ctx, program)
	command.Env = append(os.Environ(), "GOMAXPROCS="+procs)
	var said bytes.Buffer
	command.Stderr = &said
	err := command.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return "completed"
	case ctx.Err() != nil:
		return "timeout"
	case errors.As(err, &exit) && exit.ExitCode() == 2:
		first, _, _ := strings.Cut(said.String(), "\n")
		return first
	case errors.As(err, &exit):
		return fmt.Sprint("exit status ", exit.ExitCode())
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
	return ""
}

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	ways := map[string]int{}
	left := make(chan bool, count)
	for range count {
		left <- true
	}
	close(left)
	for range parallel {
		wg.Go(func() {
			for range left {
				way := once(os.Args[3], os.Args[2])
				mu.Lock()
				ways[way]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	json.NewEncoder(os.Stdout).Encode(ways)
}
