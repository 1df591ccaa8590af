package engine

import (
	"net"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// newRawConn returns conn: raw system calls are for Linux.
func newRawConn(conn net.Conn, _ syscall.RawConn) net.Conn { return conn }

// shared returns conn, for the same reason.
func shared(conn net.Conn) net.Conn { return conn }

var wsaPoll = windows.NewLazySystemDLL("ws2_32.dll").NewProc("WSAPoll")

// pollFD is WSAPOLLFD of winsock2.h.
type pollFD struct {
	socket          uintptr
	events, revents int16
}

// readable reports whether a read would return at once, with data or the end of the connection. It reads nothing.
func readable(socket uintptr) bool {
	const readNormal = 0x100 // POLLRDNORM
	fd := pollFD{socket: socket, events: readNormal}
	ready, _, _ := wsaPoll.Call(uintptr(unsafe.Pointer(&fd)), 1, 0)
	return int32(ready) != 0 // an error makes the connection unusable, too
}
