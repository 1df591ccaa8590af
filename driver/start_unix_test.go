//go:build unix

package driver

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
)

// What is missing is named, where the system's error names the program.
func TestExecExplainsWhyItCannotStart(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		mode os.FileMode
		want string
	}{
		"no interpreter": {"#!/no/such/node --flag\n", 0o700, `: its first line names the interpreter "/no/such/node", which does not exist; install it, or name another before the script`},
		"Windows":        {"#!/bin/sh\r\necho\r\n", 0o700, `: its first line names the interpreter "/bin/sh\r", which does not exist`},
		"no mode":        {"#!/bin/sh\n", 0o600, `permission denied; make it executable with chmod +x, or name its interpreter before it`},
		"no first line":  {"print('hello')\n", 0o700, `exec format error; name its interpreter before it, or in a first line like #!/usr/bin/env node`},
		"empty":          {"", 0o700, `exec format error; name its interpreter before it`},
	} {
		t.Run(name, func(t *testing.T) {
			script := filepath.Join(t.TempDir(), "my driver")
			if err := os.WriteFile(script, []byte(test.text), test.mode); err != nil {
				t.Fatal(err)
			}
			_, err := Exec(ExecConfig{Command: []string{script}})
			drivertest.WantDriverError(t, err, test.want)
			_, err = Exec(ExecConfig{Command: []string{"./my driver"}, Dir: filepath.Dir(script)})
			drivertest.WantDriverError(t, err, test.want)
		})
	}
	_, err := Exec(ExecConfig{Command: []string{t.TempDir()}})
	drivertest.WantDriverError(t, err, ": it is a directory; name the program in it")
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err = Exec(ExecConfig{Command: []string{fifo}})
	drivertest.WantDriverError(t, err, "permission denied")
}

func TestExecStartsAPathWithSpaces(t *testing.T) {
	script := filepath.Join(t.TempDir(), "my driver; $(false) 'quoted'")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nread line\necho '{\"id\":1,\"ok\":true}'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	host, err := Exec(ExecConfig{Command: []string{script}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = host.Close() }()
	drivertest.Ask(t, host, assay.HostRequest{Op: assay.OpAdvance})
}

// A process of another session cannot be killed with the driver, and may hold the pipes open and write to them.
func TestExecEndsWithoutAProcessOfAnotherSession(t *testing.T) {
	for name, end := range map[string]func(*Process){
		"close": func(p *Process) { _ = p.Close() },
		"death": func(p *Process) { p.kill() },
	} {
		t.Run(name, func(t *testing.T) {
			host, orphan := startParent(t, "session")
			host.grace = time.Millisecond
			end(host)
			<-host.gone
			_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
			drivertest.WantDriverError(t, err, "the driver ")
			_ = orphan.Close()
		})
	}
}

func ofSystem() map[string]func() {
	return map[string]func(){"session": otherSession, "orphans": orphans}
}

// otherSession starts a process of another session, which inherits the pipes and writes to them, and answers.
func otherSession() {
	self, _ := os.Executable()
	child := exec.Command(self)
	child.Env = append(os.Environ(), behaviourVariable+"=orphans")
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := child.Start(); err != nil {
		panic(err)
	}
	<-make(chan bool)
}

// orphans writes until nobody reads, and ends with the test.
func orphans() {
	test, err := net.Dial("tcp", os.Getenv(addressVariable))
	if err != nil {
		panic(err)
	}
	go flood(os.Stdout, 1<<62)
	go flood(os.Stderr, 1<<62)
	_, _ = io.Copy(io.Discard, test)
}
