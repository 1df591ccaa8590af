package hostile_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// An act is one answer of a hostile target, with the request and the raw connection.
type act struct {
	w         http.ResponseWriter // nil on a connection without a request
	request   *http.Request
	good      http.Handler    // the reference platform
	elsewhere string          // another host
	over      <-chan struct{} // closed at the end of the test
	conn      net.Conn        // nil until it is seized
}

// seize takes the connection from net/http.
func (a *act) seize() net.Conn {
	if a.conn == nil {
		conn, _, err := http.NewResponseController(a.w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler) // the client has closed the connection
		}
		a.conn = conn
	}
	return a.conn
}

// leave closes the connection if it was seized.
func (a *act) leave() {
	if a.conn != nil {
		_ = a.conn.Close()
	}
}

// say writes text. It ignores a client that closed the connection.
func (a *act) say(text string) { _, _ = io.WriteString(a.seize(), text) }

// flood writes text for as long as the client reads.
func (a *act) flood(text string) {
	text = strings.Repeat(text, 1+4096/len(text))
	for {
		if _, err := io.WriteString(a.seize(), text); err != nil {
			return
		}
	}
}

// drip writes text again and again, a byte after every pause, until the client closes the connection.
func (a *act) drip(text string, pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for i := 0; ; i = (i + 1) % len(text) {
		if _, err := io.WriteString(a.seize(), text[i:i+1]); err != nil {
			return
		}
		<-tick.C
	}
}

// hang waits until the client closes the connection.
func (a *act) hang() { _, _ = io.Copy(io.Discard, a.seize()) }

// reset ends the connection with a TCP reset.
func (a *act) reset() {
	if conn, ok := a.seize().(*net.TCPConn); ok {
		_ = conn.SetLinger(0)
	}
}

// answer is the answer of the reference platform.
func (a *act) answer() (status int, body string) {
	recorder := httptest.NewRecorder()
	a.good.ServeHTTP(recorder, a.request)
	return recorder.Code, recorder.Body.String()
}
