//go:build unix

package engine

import (
	"os"
	"syscall"
)

// unopenedFiles is how many more files this process may open; false if that is not known.
func unopenedFiles() (int64, bool) {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return 0, false
	}
	open, err := os.ReadDir("/dev/fd")
	if err != nil {
		return 0, false
	}
	return int64(min(uint64(limit.Cur), 1<<30)) - int64(len(open)), true //nolint:unconvert // it is signed on some systems
}
