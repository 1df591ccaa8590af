//go:build unix

package hostile_test

import (
	"os/exec"
	"syscall"
)

// killWhole makes the context of a command kill its children, too.
func killWhole(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
}
