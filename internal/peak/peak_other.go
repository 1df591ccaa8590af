//go:build !unix

// Package peak tells how much memory a process took.
package peak

import "os"

// Of returns 0: the system does not say how much memory an ended process had.
func Of(*os.ProcessState) int64 { return 0 }
