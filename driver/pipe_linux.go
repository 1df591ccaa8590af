package driver

import (
	"os"
	"syscall"
	"time"
)

// setPipeSize is F_SETPIPE_SZ of fcntl(2), which package syscall has no name for.
const setPipeSize = 1031

// widen makes a pipe hold size bytes, and returns the pause between two reads of as many; 0 if the system allows no such pipe.
func widen(pipe *os.File, size int) (pause time.Duration) {
	raw, err := pipe.SyscallConn()
	if err != nil {
		return 0
	}
	_ = raw.Control(func(fd uintptr) {
		if _, _, failed := syscall.Syscall(syscall.SYS_FCNTL, fd, setPipeSize, uintptr(size)); failed == 0 {
			pause = time.Millisecond
		}
	})
	return pause
}
