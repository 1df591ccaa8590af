//go:build unix

package files

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// others makes the files of this system that are not regular ones.
func others(t *testing.T, dir string, cases map[string]string) {
	t.Helper()
	pipe, socket, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "socket"), filepath.Join(dir, "link")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	if err := os.Symlink(pipe, link); err != nil {
		t.Fatal(err)
	}
	cases[pipe], cases[link] = "a named pipe, not a file", "a named pipe, not a file"
	cases[socket], cases["/dev/zero"] = "a socket, not a file", "a device, not a file"
}
