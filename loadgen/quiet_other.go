//go:build !linux

package loadgen

import (
	"net"
	"syscall"
)

// quiet is for Linux.
func quiet(conn net.Conn, _ syscall.RawConn) net.Conn { return conn }

// peekable reports whether something can be read, the end included. It takes nothing away.
func peekable(fd uintptr) bool {
	var one [1]byte
	_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	return err != syscall.EAGAIN
}
