//go:build !linux

package main

import "math"

// addresses is how many bytes of addresses this process may have: nothing limits them.
func addresses() uint64 { return math.MaxUint64 }
