//go:build !linux

package main

import (
	"errors"
	"io"
	"time"
)

// sleepAlone is not possible here: the system has no clock_nanosleep.
func sleepAlone(int, time.Duration, io.Writer) error {
	return errors.New("only Linux has clock_nanosleep")
}
