package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestWayOut(t *testing.T) {
	for err, scarce := range map[error]bool{
		withoutPath(&fs.PathError{Op: "open", Path: "a", Err: syscall.EMFILE}): true,
		fmt.Errorf("a timer: %w", os.NewSyscallError("x", syscall.ENFILE)):     true,
		withoutPath(&fs.PathError{Op: "open", Path: "a", Err: syscall.ENOENT}): false,
		errors.New("too large"): false,
	} {
		got := WayOut(err, "check the path")
		if strings.Contains(got, "ulimit -n") != scarce || (got == "check the path") == scarce {
			t.Errorf("%v: %s", err, got)
		}
	}
}
