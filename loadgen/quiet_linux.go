package loadgen

import (
	"io"
	"net"
	"syscall"
	"unsafe"
)

// A quietConn is a TCP connection whose system calls are not announced to the runtime: they never block, and announcing
// one to an otherwise idle process wakes up its monitor, which costs more than the call.
type quietConn struct {
	net.Conn
	raw         syscall.RawConn
	read, write func(fd uintptr) bool // kept, so that nothing is allocated for a call

	buffer []byte // of the call under way
	done   int
	errno  syscall.Errno
}

func quiet(conn net.Conn, raw syscall.RawConn) net.Conn {
	q := &quietConn{Conn: conn, raw: raw}
	q.read = func(fd uintptr) bool { return q.call(syscall.SYS_READ, fd) }
	q.write = func(fd uintptr) bool { return q.call(syscall.SYS_WRITE, fd) }
	return q
}

// call makes a system call; false has the poller wait until it is worth another.
func (q *quietConn) call(number, fd uintptr) bool {
	for {
		n, _, errno := syscall.RawSyscall(number, fd, uintptr(unsafe.Pointer(unsafe.SliceData(q.buffer))), uintptr(len(q.buffer)))
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

// Read implements [io.Reader].
func (q *quietConn) Read(p []byte) (int, error) {
	q.buffer = p
	if err := q.raw.Read(q.read); err != nil {
		return 0, err
	}
	switch {
	case q.errno != 0:
		return 0, q.errno
	case q.done == 0 && len(p) > 0:
		return 0, io.EOF
	}
	return q.done, nil
}

// Write implements [io.Writer].
func (q *quietConn) Write(p []byte) (written int, err error) {
	for written < len(p) {
		q.buffer = p[written:]
		if err := q.raw.Write(q.write); err != nil {
			return written, err
		}
		if q.errno != 0 {
			return written, q.errno
		}
		written += q.done
	}
	return written, nil
}

// peekable reports whether something can be read, the end included. It takes nothing away.
func peekable(fd uintptr) bool {
	var one [1]byte
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(&one)), 1, syscall.MSG_PEEK|syscall.MSG_DONTWAIT, 0, 0)
	return errno != syscall.EAGAIN
}
