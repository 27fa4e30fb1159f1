// Package testenv stands in place of Go's: what a simulated test finds of the machine that it runs on, which has no files and no second process.
package testenv

import (
	"context"
	"errors"
	"os/exec"
	"syscall"
	"testing"
)

// refuse ends the process, with the reason: it is made by the model.
func refuse(text string)

const (
	noProcess = "not simulated: a second process"
	noTool    = "not simulated: the go command"
	noFile    = "not simulated: a file"
)

// Sigquit is the signal that makes a process print its goroutines.
var Sigquit = syscall.SIGQUIT

// SpecialBuildTypes are ways of building.
type SpecialBuildTypes struct {
	Cgo  bool
	Asan bool
	Msan bool
	Race bool
}

// NoSpecialBuildTypes is the plain way.
var NoSpecialBuildTypes SpecialBuildTypes

func Builder() string                                                          { return "" }
func HasGoBuild() bool                                                         { return false }
func HasGoRun() bool                                                           { return false }
func HasParallelism() bool                                                     { return true }
func HasExternalNetwork() bool                                                 { return false }
func HasCGO() bool                                                             { return false }
func HasSymlink() bool                                                         { return false }
func HasLink() bool                                                            { return false }
func CanInternalLink(withCgo bool) bool                                        { return !withCgo }
func CPUIsSlow() bool                                                          { return false }
func CPUProfilingBroken() bool                                                 { return true }
func OptimizationOff() bool                                                    { return false }
func SyscallIsNotSupported(err error) bool                                     { return false }
func MustHaveParallelism(t testing.TB)                                         {}
func SkipIfOptimizationOff(t testing.TB)                                       {}
func SkipIfShortAndSlow(t testing.TB)                                          {}
func SkipFlakyNet(t testing.TB)                                                {}
func MustInternalLink(t testing.TB, with SpecialBuildTypes)                    {}
func MustInternalLinkPIE(t testing.TB)                                         {}
func MustHaveBuildMode(t testing.TB, buildmode string)                         { refuse(noTool) }
func MustHaveGoBuild(t testing.TB)                                             { refuse(noTool) }
func MustHaveGoRun(t testing.TB)                                               { refuse(noTool) }
func MustHaveCGO(t testing.TB)                                                 { refuse("not simulated: cgo") }
func MustHaveExternalNetwork(t testing.TB)                                     { refuse("not simulated: the network") }
func MustHaveExec(t testing.TB)                                                { refuse(noProcess) }
func MustHaveExecPath(t testing.TB, path string)                               { refuse(noProcess) }
func MustHaveSource(t testing.TB)                                              { refuse(noFile) }
func MustHaveSymlink(t testing.TB)                                             { refuse(noFile) }
func MustHaveLink(t testing.TB)                                                { refuse(noFile) }
func SetGODEBUG(t testing.TB, v string)                                        { refuse("not simulated: GODEBUG settings") }
func WriteImportcfg(t testing.TB, to string, f map[string]string, p ...string) { refuse(noFile) }

// ParallelOn64Bit is t.Parallel.
func ParallelOn64Bit(t *testing.T) { t.Parallel() }

// SkipFlaky skips a test, as go test does without the flag -flaky.
func SkipFlaky(t testing.TB, issue int) {
	t.Helper()
	t.Skipf("skipping known flaky test without the -flaky flag; see golang.org/issue/%d", issue)
}

// GoToolPath is refused.
func GoToolPath(t testing.TB) string {
	refuse(noTool)
	return ""
}

// GOROOT is refused.
func GOROOT(t testing.TB) string {
	refuse(noFile)
	return ""
}

// GoTool finds none.
func GoTool() (string, error) { return "", errors.New("there is no go command") }

// Executable is refused.
func Executable(t testing.TB) string {
	refuse(noProcess)
	return ""
}

// CleanCmdEnv leaves the command as it is.
func CleanCmdEnv(cmd *exec.Cmd) *exec.Cmd { return cmd }

// Command is refused.
func Command(t testing.TB, name string, args ...string) *exec.Cmd {
	refuse(noProcess)
	return nil
}

// CommandContext is refused.
func CommandContext(t testing.TB, ctx context.Context, name string, args ...string) *exec.Cmd {
	refuse(noProcess)
	return nil
}
