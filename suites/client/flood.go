package client

import (
	"time"

	"github.com/unified-login/assay"
)

// mostUnanswered is how many bytes may come on an HTTP/2 connection after its last whole answer. It is more than net/http lets a server
// send of one answer before the client has read it.
const mostUnanswered = 8 << 20

// errFlooded fails what is asked on a connection on which more bytes came without an answer.
var errFlooded error = assay.FailureError{Failure: assay.Failure{Kind: assay.NotHTTP, Detail: "HTTP/2: more than 8 MiB that answer nothing"}}

// settle takes the end of a request on an HTTP/2 connection into account. net/http keeps the connection where it gives a request up, and
// reads and answers whatever comes: a server that floods it with frames would take a processor for as long as the run, and more with every
// connection.
func (w *watchedConn) settle(answered bool) {
	switch {
	case answered:
		w.unanswered.Store(0)
	case w.unanswered.Load() > mostUnanswered:
		w.flooded.Store(true)
		_ = w.SetReadDeadline(time.Now()) // so that a read that waits ends; one that fails has ended
	}
}
