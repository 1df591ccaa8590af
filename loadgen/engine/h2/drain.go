package h2

import "net"

// A drain is between TLS and the socket. TLS returns one record a read, and a server writes several at once. After the first read of a
// turn, a drain reports that nothing is there where it would have to ask the system again, so that a turn of the reader is one system call
// and everything that came with it.
type drain struct {
	net.Conn
	buffer   []byte
	from, to int
	turns    bool // after the handshake
	spent    bool // the turn has had its read
}

const drainSize = 64 << 10

func newDrain(conn net.Conn) *drain { return &drain{Conn: conn, buffer: make([]byte, drainSize)} }

// Read implements [net.Conn].
func (d *drain) Read(p []byte) (int, error) {
	if d.from == d.to {
		if d.spent {
			return 0, nothing{}
		}
		n, err := d.Conn.Read(d.buffer)
		if err != nil {
			return 0, err
		}
		d.from, d.to, d.spent = 0, n, d.turns
	}
	n := copy(p, d.buffer[d.from:d.to])
	d.from += n
	return n, nil
}

// nothing is the error of a drain without data. TLS forgets an error that is temporary, and keeps the part of a record that it has.
type nothing struct{}

func (nothing) Error() string   { return "nothing there" }
func (nothing) Timeout() bool   { return false }
func (nothing) Temporary() bool { return true }
