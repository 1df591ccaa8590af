package driver

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver/drivertest"
)

// An error describes each wrong answer of a server in one line; a legal answer in another form is read.
func TestHTTPReadsAnswersOfEveryForm(t *testing.T) {
	const ok = `{"id":1,"ok":true}`
	plain := func(text string) string {
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
	}
	for name, test := range map[string]struct{ answer, want string }{
		"HTTP/1.0":             {"HTTP/1.0 200 OK\r\n\r\n" + ok, ""},
		"until the end":        {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + ok, ""},
		"chunks":               {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n11\r\n" + ok[1:] + "\r\n0\r\n\r\n", ""},
		"103 before":           {"HTTP/1.1 103 Early Hints\r\n\r\n" + plain(ok), ""},
		"another type":         {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 18\r\n\r\n" + ok, ""},
		"gzip":                 {zipped([]byte(ok)), ""},
		"a byte order mark":    {plain(byteOrderMark + ok), ""},
		"line breaks around":   {plain("\r\n" + ok + "\r\n"), ""},
		"204":                  {"HTTP/1.1 204 No Content\r\n\r\n", "answered 204; check that the URL is the driver's"},
		"304":                  {"HTTP/1.1 304 Not Modified\r\n\r\n", "answered 304; check that the URL is the driver's"},
		"503":                  {"HTTP/1.1 503 Service Unavailable\r\n\r\n", "answered 503; the driver, or a proxy before it, may say why in its log"},
		"no head":              {`{"id":1,"pat":"canary"}` + "\r\n\r\n", "not answered: net/http: HTTP/1.x transport connection broken: malformed HTTP response"},
		"a reply in the head":  {"HTTP/1.1 200 OK\r\n" + `{"id":1,"pat":"canary"}` + "\r\n\r\n", "not answered: net/http: HTTP/1.x transport connection broken: malformed MIME header"},
		"a reply as length":    {"HTTP/1.1 200 OK\r\nContent-Length: " + `{"pat":"canary"}` + "\r\n\r\n", "not answered: net/http: HTTP/1.x transport connection broken: bad Content-Length"},
		"an array":             {plain(`[{"id":1,"pat":"canary"}]`), `answered by "…" instead of a JSON object`},
		"an array of arrays":   {plain("[\n[\"canary\"]]"), `answered by "…" instead of a JSON object`},
		"an event":             {plain(`data: {"id":1,"pat":"canary"}`), `answered by "data: …" instead of a JSON object`},
		"a string":             {plain(`"{\"id\":1,\"pat\":\"canary\"}"`), `answered by "\"…" instead of a JSON object`},
		"a level":              {plain("[INFO] ready"), `answered by "[INFO] ready" instead of a JSON object`},
		"nothing":              {plain(""), "answered by an empty reply; check"},
		"two replies":          {plain(ok + ok), "answered by a reply that is not JSON from byte 19 of 36 on"},
		"not gzip":             {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 18\r\n\r\n" + ok, "not answered: gzip: invalid header"},
		"a long head":          {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", maxHeader+8<<10) + "\r\n\r\n", "not answered: net/http: HTTP/1.x transport connection broken: net/http: server response headers exceeded 65536 bytes"},
		"not HTTP":             {"220 mail.example ESMTP\r\n", "not answered: net/http: HTTP/1.x transport connection broken: malformed HTTP status code"},
		"half of a chunk":      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{", "the answer broke off before its end, and the driver may say why in its log: unexpected EOF"},
		"half of a head":       {"HTTP/1.1 200 OK\r\nConte", "not answered: "},
		"closed":               {"", "the driver closed the connection without an answer, and may say why in its log: EOF"},
		"a NUL":                {plain("{\x00}"), "answered by a reply with a NUL byte at byte 2 of 3; encode it as UTF-8"},
		"not UTF-8":            {plain("{\"\xff\"}"), "answered by a reply that is not UTF-8 from byte 3 of 5 on"},
		"many members":         {plain(`{"id":1,"codes":[0` + strings.Repeat(",0", maxMembers) + "]}"), "answered by a reply of more than 200000 members"},
		"a long reason":        {plain(`{"id":1,"unsupported":"` + strings.Repeat("x", maxWhy+1) + `"}`), "answered by a reply whose unsupported has 65537 bytes; say why in one line"},
		"gzip of many blanks":  {zipped(bytes.Repeat([]byte(" "), maxReply+2)), "not answered: a reply of more than 16 MiB; mint no more codes than asked for"},
		"a reply with blanks":  {plain(strings.Repeat(" ", 3*bigReply) + ok), ""},
		"a length that is off": {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + ok, "not answered: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := HTTP(answering(t, test.answer), "", nil).Ask(t.Context(), assay.HostRequest{Op: assay.OpGray})
			if test.want != "" {
				drivertest.WantDriverError(t, err, test.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// A server that demands a client certificate says so in an alert, which net/http reports by the name of its function.
func TestHTTPTellsOfClientCertificates(t *testing.T) {
	alert := roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("readLoopPeekFailLocked: %w", &net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")})
	})
	_, err := HTTP("https://driver.example", "", &http.Client{Transport: alert}).Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
	drivertest.WantDriverError(t, err, "driver: login: not answered: no connection: tls: certificate required")
}

// answering is a server that sends the same bytes for every request and closes the connection.
func answering(t *testing.T, answer string) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, answer)
		_ = conn.Close()
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func zipped(text []byte) string {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, _ = zip.Write(text)
	_ = zip.Close()
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", out.Len(), &out)
}

// Answers that trickle end the driver at its limit.
func TestHTTPEndsADriverThatTrickles(t *testing.T) {
	for name, begins := range map[string]string{
		"a body": "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{", "chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe()
				dials := make(chan net.Conn, maxSilence)
				dials <- near
				host := HTTP("http://driver.example", "", &http.Client{Transport: &http.Transport{
					DialContext: func(context.Context, string, string) (net.Conn, error) { return <-dials, nil },
				}})
				for range maxSilence {
					go trickle(far, begins)
					_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
					drivertest.WantDriverError(t, err, "driver: login: no answer within ")
					drivertest.WantDriverError(t, err, "; it began and did not end")
					_ = far.Close()
					near, far = net.Pipe()
					dials <- near
				}
				_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
				demandGone(t, err, hangs)
				_, _ = near.Close(), far.Close()
			})
		})
	}
}

// trickle reads a request and begins to answer it.
func trickle(conn net.Conn, begins string) {
	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, request.Body)
	_, _ = io.WriteString(conn, begins)
}

// A driver that switches to another protocol is not read any more: that may never end, and no time limit applies to it.
func TestHTTPReadsNoOtherProtocol(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		host := HTTP("http://driver.example", "", &http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) { return near, nil },
		}})
		go trickle(far, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
		drivertest.WantDriverError(t, err, "answered 101; check that the URL is the driver's")
		if _, err := far.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("the connection is not closed: %v", err)
		}
	})
}

// Long answers are read one after the other, and a driver that sends useless ones is soon gone.
func TestHTTPReadsLongAnswersOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		long := roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(strings.Repeat("x", bigReply+1)))}, nil
		})
		host, _ := HTTP("http://driver.example", "", &http.Client{Transport: long}).(*httpHost)
		const useless = "instead of a JSON object; check that the URL is the driver's"
		host.big <- struct{}{} // another long answer is being read
		answered := make(chan error, 1)
		go func() {
			_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
			answered <- err
		}()
		synctest.Wait()
		select {
		case err := <-answered:
			t.Errorf("two at once: %v", err)
		default:
		}
		<-host.big
		drivertest.WantDriverError(t, <-answered, useless)
		_, err := host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
		drivertest.WantDriverError(t, err, useless)
		_, err = host.Ask(t.Context(), assay.HostRequest{Op: assay.OpLogin})
		demandGone(t, err, useless)
	})
}
