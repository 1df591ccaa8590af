package main

import (
	"math"

	"golang.org/x/sys/unix"
)

// addresses is how many bytes of addresses this process may have.
func addresses() uint64 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_AS, &limit); err != nil {
		return math.MaxUint64
	}
	return limit.Cur
}
