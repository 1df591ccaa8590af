// Package streams bounds how long HTTP/2 connections wait.
package streams

import (
	"net/http"
	"time"
)

// mostUnread is how long a server may read nothing while something waits to be written to it.
const mostUnread = 10 * time.Second

// Bounded closes a connection whose server reads nothing. net/http answers every PING and SETTINGS; where a server floods with them
// and does not read, that write never ends, and with it no request of the connection, although its context has ended: a request
// that is given up has to be written too.
func Bounded() *http.HTTP2Config { return &http.HTTP2Config{WriteByteTimeout: mostUnread} }
