package files

import (
	"errors"
	"syscall"
)

// Scarce reports whether this process or this machine can open no more files.
func Scarce(err error) bool { return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) }

// WayOut says what to do about a file that cannot be opened: usually what usual says, but nothing is wrong with the path where this
// machine can open no more files.
func WayOut(err error, usual string) string {
	if Scarce(err) {
		return "this machine can open no more files: raise its limit (ulimit -n)"
	}
	return usual
}
