//go:build unix

package hostile_test

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// memoryOf is the largest resident size of a process that has ended, in bytes.
func memoryOf(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin":
		return usage.Maxrss
	default:
		return usage.Maxrss << 10 // other systems count in KiB
	}
}

// killWhole makes the context of a command kill its children, too.
func killWhole(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
}
