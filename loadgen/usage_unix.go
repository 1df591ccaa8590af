//go:build unix

package loadgen

import (
	"runtime"
	"syscall"
	"time"
)

// currentUsage reads the usage of this process; it is zero where the system does not say.
func currentUsage() usage {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return usage{}
	}
	maxRSS := u.Maxrss
	if runtime.GOOS != "darwin" && runtime.GOOS != "ios" { // these report bytes, the others KiB
		maxRSS <<= 10
	}
	return usage{time.Duration(u.Utime.Nano() + u.Stime.Nano()), maxRSS}
}
