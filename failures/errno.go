//go:build !windows

package failures

import "syscall"

// isExhausted reports whether number says that this machine has no file, buffer or memory left.
func isExhausted(number syscall.Errno) bool {
	switch number {
	case syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM:
		return true
	default:
		return false
	}
}

// isNotAvailable reports whether number says that this machine has no address or port left.
func isNotAvailable(number syscall.Errno) bool { return number == syscall.EADDRNOTAVAIL }
