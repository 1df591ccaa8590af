package engine

import (
	"io"
	"net"
	"syscall"
)

// A sharedConn is a connection that makes its system calls without announcing them to the runtime, as a [rawConn] does. One goroutine
// may read while another one writes.
type sharedConn struct {
	net.Conn
	raw     syscall.RawConn
	reading rawCall
	writing rawCall
}

// A rawCall is a system call in one direction. It is for one goroutine at a time.
type rawCall struct {
	number uintptr
	ready  func(fd uintptr) bool // kept, so that a call allocates nothing
	buffer []byte
	done   int
	errno  syscall.Errno
}

// shared returns conn with raw system calls, if it has a descriptor.
func shared(conn net.Conn) net.Conn {
	owner, ok := conn.(syscall.Conn)
	if !ok {
		return conn
	}
	raw, err := owner.SyscallConn()
	if err != nil {
		return conn
	}
	c := &sharedConn{Conn: conn, raw: raw, reading: rawCall{number: syscall.SYS_READ}, writing: rawCall{number: syscall.SYS_WRITE}}
	c.reading.ready, c.writing.ready = c.reading.call, c.writing.call
	return c
}

// call makes the system call. It returns false if it would block.
func (c *rawCall) call(fd uintptr) (made bool) {
	c.done, c.errno, made = unannounced(c.number, fd, c.buffer)
	return made
}

// Read implements [io.Reader].
func (c *sharedConn) Read(p []byte) (int, error) {
	c.reading.buffer = p
	switch err := c.raw.Read(c.reading.ready); {
	case err != nil:
		return 0, err
	case c.reading.errno != 0:
		return 0, c.reading.errno
	case c.reading.done == 0 && len(p) > 0:
		return 0, io.EOF
	}
	return c.reading.done, nil
}

// Write implements [io.Writer].
func (c *sharedConn) Write(p []byte) (written int, err error) {
	for written < len(p) {
		c.writing.buffer = p[written:]
		switch err := c.raw.Write(c.writing.ready); {
		case err != nil:
			return written, err
		case c.writing.errno != 0:
			return written, c.writing.errno
		}
		written += c.writing.done
	}
	return written, nil
}
