//go:build unix && !linux

package engine

import (
	"net"
	"syscall"
)

// newRawConn returns conn: raw system calls are for Linux.
func newRawConn(conn net.Conn, _ syscall.RawConn) net.Conn { return conn }

// shared returns conn, for the same reason.
func shared(conn net.Conn) net.Conn { return conn }

// readable reports whether a read would return at once, with data or the end of the connection. It reads nothing.
func readable(fd uintptr) bool {
	var one [1]byte
	_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	return err != syscall.EAGAIN
}
