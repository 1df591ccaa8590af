package loadgen

import (
	"syscall"
	"time"
)

// A usage is what this process has used so far.
type usage struct {
	cpu    time.Duration // user and system
	maxRSS int64         // bytes
}

func usageNow() usage {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return usage{}
	}
	const kibibyte = 1 << 10 // Linux counts in these
	return usage{time.Duration(u.Utime.Nano() + u.Stime.Nano()), u.Maxrss * kibibyte}
}
