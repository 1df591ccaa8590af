//go:build linux || darwin

package main

import "unsafe"

// overwrite replaces the bytes of an element of os.Args from a position on. The runtime does not copy the arguments: the
// strings are the memory that the process list shows.
func overwrite(arg string, from int) bool {
	memory := unsafe.Slice(unsafe.StringData(arg), len(arg)) // the kernel gave this memory to the process, writable
	for i := from; i < len(memory); i++ {
		memory[i] = '*'
	}
	return true
}
