package main

import "io"

// A helping writer is standard output of what prints help or the version. It remembers that it could not write, which cobra does
// not return.
type helping struct {
	around surroundings
	to     io.Writer
	err    error // the first one
}

// Write implements [io.Writer].
func (h *helping) Write(text []byte) (int, error) {
	if h.to == nil {
		h.to = h.around.lasting().stdout
	}
	n, err := h.to.Write(text)
	if h.err == nil {
		h.err = err
	}
	return n, err
}
