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

// A quietConn is a TCP connection whose system calls are not announced to the runtime: they never block, and announcing
// one to an otherwise idle process wakes up its monitor, which costs more than the call. It is for one goroutine at a time.
type rawConn struct {
	net.Conn
	raw                   syscall.RawConn
	readReady, writeReady func(fd uintptr) bool // kept, so that nothing is allocated for a call

	buffer []byte // of the call under way
	done   int
	errno  syscall.Errno

	request   []byte // what the next Read sends first
	checkIdle bool   // nothing may have arrived before it
	unusable  bool   // something had

	deadline, known time.Time // of the connection, and of the poller: never the later one
}

func newRawConn(conn net.Conn, raw syscall.RawConn) net.Conn {
	q := &rawConn{Conn: conn, raw: raw}
	q.readReady = q.read
	q.writeReady = func(fd uintptr) bool { return q.call(syscall.SYS_WRITE, fd, q.buffer) }
	return q
}

// ask implements [asker].
func (q *rawConn) deferRequest(request []byte, wary bool) { q.request, q.checkIdle = request, wary }

// SetDeadline implements [net.Conn]. The poller's timers cost more than the rest of a call, so it learns of a later
// deadline only when the one that it knows has passed.
func (q *rawConn) SetDeadline(t time.Time) error {
	q.deadline = t
	if !q.known.IsZero() && !t.Before(q.known) {
		return nil
	}
	q.known = t
	return q.Conn.SetDeadline(t)
}

// early reports whether a call was ended by a deadline that is none any more, and tells the poller of the new one.
func (q *rawConn) early(err error) bool {
	if !errors.Is(err, os.ErrDeadlineExceeded) || !time.Now().Before(q.deadline) {
		return false
	}
	q.known = q.deadline
	return q.Conn.SetDeadline(q.deadline) == nil
}

// call makes a system call; false has the poller wait until it is worth another.
func (q *rawConn) call(number, fd uintptr, buffer []byte) bool {
	for {
		n, _, errno := syscall.RawSyscall(number, fd, uintptr(unsafe.Pointer(unsafe.SliceData(buffer))), uintptr(len(buffer)))
		switch errno {
		case syscall.EINTR:
		case syscall.EAGAIN:
			return false
		default:
			q.done, q.errno = int(n), errno
			return true
		}
	}
}

// read reads, or sends the request and waits with reading until something comes. The poller forgets what it knows of the
// connection before it calls this first, so that an answer to what is sent here cannot escape it.
func (q *rawConn) read(fd uintptr) bool {
	if len(q.request) == 0 {
		return q.call(syscall.SYS_READ, fd, q.buffer)
	}
	if q.checkIdle && q.call(syscall.SYS_READ, fd, q.buffer) {
		q.unusable = true
		return true
	}
	q.checkIdle = false
	if !q.call(syscall.SYS_WRITE, fd, q.request) {
		q.done, q.errno = 0, 0
	}
	if q.errno != 0 {
		q.request = nil // it is sent once, whatever came of it
		return true
	}
	q.request = q.request[q.done:]
	return len(q.request) > 0
}

// Read implements [io.Reader].
func (q *rawConn) Read(p []byte) (int, error) {
	for {
		q.buffer = p
		switch err := q.raw.Read(q.readReady); {
		case err != nil && q.early(err):
		case err != nil:
			return 0, err
		case q.unusable:
			return 0, errUnusable
		case q.errno != 0:
			return 0, q.errno
		case len(q.request) > 0: // there was no room for all of it
			rest := q.request
			q.request = nil
			if _, err := q.Write(rest); err != nil {
				return 0, err
			}
		case q.done == 0 && len(p) > 0:
			return 0, io.EOF
		default:
			return q.done, nil
		}
	}
}

// Write implements [io.Writer].
func (q *rawConn) Write(p []byte) (written int, err error) {
	for written < len(p) {
		q.buffer = p[written:]
		switch err := q.raw.Write(q.writeReady); {
		case err != nil && q.early(err):
		case err != nil:
			return written, err
		case q.errno != 0:
			return written, q.errno
		default:
			written += q.done
		}
	}
	return written, nil
}

// peekable reports whether something can be read, the end included. It takes nothing away.
func readable(fd uintptr) bool {
	var one [1]byte
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(&one)), 1, syscall.MSG_PEEK|syscall.MSG_DONTWAIT, 0, 0)
	return errno != syscall.EAGAIN
}
