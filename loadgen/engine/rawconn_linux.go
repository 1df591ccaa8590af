package engine

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"
	"unsafe"
)

// A rawConn is a TCP connection that makes its system calls without announcing them to the runtime. The calls never
// block, and announcing one in an otherwise idle process wakes the runtime's monitor, which costs more than the call. It
// is for one goroutine at a time.
type rawConn struct {
	net.Conn
	raw                   syscall.RawConn
	readReady, writeReady func(fd uintptr) bool // kept, so that a call allocates nothing

	buffer []byte // of the current call
	done   int
	errno  syscall.Errno

	request   []byte // what the next Read sends first
	checkIdle bool   // the next Read fails if something is waiting before it has sent the request
	unusable  bool   // something was waiting

	deadline, known time.Time // of the connection, and what the poller knows: never later
}

func newRawConn(conn net.Conn, raw syscall.RawConn) net.Conn {
	c := &rawConn{Conn: conn, raw: raw}
	c.readReady = c.read
	c.writeReady = func(fd uintptr) bool { return c.call(syscall.SYS_WRITE, fd, c.buffer) }
	return c
}

// deferRequest implements [requestDeferrer].
func (c *rawConn) deferRequest(request []byte, checkIdle bool) {
	c.request, c.checkIdle = request, checkIdle
}

// SetDeadline implements [net.Conn]. The poller's timers cost more than the rest of a call, so it gets a later
// deadline only after the one that it knows has passed.
func (c *rawConn) SetDeadline(t time.Time) error {
	c.deadline = t
	if !c.known.IsZero() && !t.Before(c.known) {
		return nil
	}
	c.known = t
	return c.Conn.SetDeadline(t)
}

// early reports whether err comes from a deadline that was extended since, and tells the poller of the extension.
func (c *rawConn) early(err error) bool {
	if !errors.Is(err, os.ErrDeadlineExceeded) || !time.Now().Before(c.deadline) {
		return false
	}
	c.known = c.deadline
	return c.Conn.SetDeadline(c.deadline) == nil
}

// call makes a system call. It returns false if the call would block: the poller then waits until it is worth another.
func (c *rawConn) call(number, fd uintptr, buffer []byte) bool {
	done, errno, made := unannounced(number, fd, buffer)
	if made {
		c.done, c.errno = done, errno
	}
	return made
}

// unannounced reads or writes by a system call that is not announced to the runtime. made is false if it would block.
func unannounced(number, fd uintptr, buffer []byte) (done int, errno syscall.Errno, made bool) {
	for {
		n, _, errno := syscall.RawSyscall(number, fd, uintptr(unsafe.Pointer(unsafe.SliceData(buffer))), uintptr(len(buffer)))
		switch errno {
		case syscall.EINTR:
		case syscall.EAGAIN:
			return 0, 0, false
		default:
			return int(n), errno, true
		}
	}
}

// read reads, or sends the request and makes the poller wait for the answer. The poller resets its state before it calls
// this for the first time, so it cannot miss an answer to what is sent here.
func (c *rawConn) read(fd uintptr) bool {
	if len(c.request) == 0 {
		return c.call(syscall.SYS_READ, fd, c.buffer)
	}
	if c.checkIdle && c.call(syscall.SYS_READ, fd, c.buffer) {
		c.unusable = true
		return true
	}
	c.checkIdle = false
	if !c.call(syscall.SYS_WRITE, fd, c.request) {
		c.done, c.errno = 0, 0
	}
	if c.errno != 0 {
		c.request = nil // it is never sent twice
		return true
	}
	c.request = c.request[c.done:]
	return len(c.request) > 0
}

// Read implements [io.Reader].
func (c *rawConn) Read(p []byte) (int, error) {
	for {
		c.buffer = p
		switch err := c.raw.Read(c.readReady); {
		case err != nil && c.early(err):
		case err != nil:
			return 0, err
		case c.unusable && c.errno == 0 && beginsAnswer(p[:c.done]):
			return 0, errSurplus
		case c.unusable:
			return 0, errUnusable
		case c.errno != 0:
			return 0, c.errno
		case len(c.request) > 0: // the socket's buffer was full
			unsent := c.request
			c.request = nil
			if _, err := c.Write(unsent); err != nil {
				return 0, err
			}
		case c.done == 0 && len(p) > 0:
			return 0, io.EOF
		default:
			return c.done, nil
		}
	}
}

// Write implements [io.Writer].
func (c *rawConn) Write(p []byte) (written int, err error) {
	for written < len(p) {
		c.buffer = p[written:]
		switch err := c.raw.Write(c.writeReady); {
		case err != nil && c.early(err):
		case err != nil:
			return written, err
		case c.errno != 0:
			return written, c.errno
		default:
			written += c.done
		}
	}
	return written, nil
}

// readable reports whether a read would return at once, with data or the end of the connection. It reads nothing.
func readable(fd uintptr) bool {
	var one [1]byte
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(&one)), 1, syscall.MSG_PEEK|syscall.MSG_DONTWAIT, 0, 0)
	return errno != syscall.EAGAIN
}
