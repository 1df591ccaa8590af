package client_test

import (
	"bytes"
	"compress/gzip"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

func zipped(t *testing.T, text string) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

func TestGzip(t *testing.T) {
	packed := zipped(t, okBody)
	answer := func(encoding, body string) string {
		return strings.Replace(whole("200 OK", body), "\r\n", "\r\nContent-Encoding: "+encoding+"\r\n", 1)
	}
	for name, test := range map[string]struct {
		answer  string
		failure string
		body    string
		result  assay.Result
	}{
		"an answer":           {answer("gzip", packed), "", okBody, assay.Accepted},
		"upper case":          {answer("GZIP", packed), "", okBody, assay.Accepted},
		"the old name":        {answer("x-gzip", packed), "", okBody, assay.Accepted},
		"in two members":      {answer("gzip", zipped(t, okBody[:9])+zipped(t, okBody[9:])), "", okBody, assay.Accepted},
		"identity":            {answer("identity", okBody), "", okBody, assay.Accepted},
		"no body":             {answer("gzip", ""), "", "", assay.Refused},
		"not gzip":            {answer("gzip", okBody), "the body cannot be decoded: gzip: invalid header", "", assay.Inconclusive},
		"not gzip, short":     {answer("gzip", "x"), "the body cannot be decoded: unexpected EOF", "", assay.Inconclusive},
		"a broken header":     {answer("gzip", packed[:3]+"\xff"+packed[4:]), "", "", assay.Inconclusive},
		"cut off":             {answer("gzip", packed[:len(packed)-12]), "the body cannot be decoded: unexpected EOF", okBody[:10], assay.Inconclusive},
		"a wrong checksum":    {answer("gzip", packed[:len(packed)-8]+"abcd"+packed[len(packed)-4:]), "the body cannot be decoded: gzip: invalid checksum", okBody, assay.Fault},
		"other data after it": {answer("gzip", packed+"rubbish rubbish"), "the body cannot be decoded: gzip: invalid header", okBody, assay.Fault},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, patient, listen(t, func(p peer) { p.request(); p.send(test.answer) }))
			x := c.Do(t.Context(), valid().With(client.Header("Accept-Encoding", "gzip")))
			if !strings.HasPrefix(x.Failure.String(), test.failure) || (test.result != assay.Inconclusive && test.failure == "") == x.Failed() {
				t.Errorf("failure %q, want %q", x.Failure, test.failure)
			}
			if x.Response == nil || !strings.HasPrefix(string(x.Response.Body), test.body) {
				t.Errorf("response %+v, want a body %q", x.Response, test.body)
			}
			if got := assay.Judge(x).Result; got != test.result && name != "cut off" {
				t.Errorf("judged %s, want %s", got, test.result)
			}
			noneLeft(t, c)
		})
	}
}

// TestGzipBomb checks that a body of 4 MiB, compressed to 4 KiB, is read no further than MaxBody.
func TestGzipBomb(t *testing.T) {
	bomb := zipped(t, strings.Repeat("\x00", 4<<20))
	c := open(t, patient, listen(t, func(p peer) {
		p.request()
		p.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb)
	}))
	x := c.Do(t.Context(), valid())
	if x.Failed() || len(x.Response.Body) != client.MaxBody || !x.Response.Truncated {
		t.Errorf("failure %q, %d bytes, truncated %v", x.Failure, len(x.Response.Body), x.Response.Truncated)
	}
	noneLeft(t, c)
}

// TestGzipOfNothing checks that an endless stream of empty gzip members is truncated like any endless body, and that a body
// that gzip makes a little larger is read completely.
func TestGzipOfNothing(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
	noise := make([]byte, client.MaxBody)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(noise)
	nothing, incompressible := zipped(t, ""), zipped(t, string(noise))
	for name, test := range map[string]struct {
		serve     func(peer)
		size      int
		truncated bool
	}{
		"nothing":        {func(p peer) { p.request(); p.send(head); p.flood(strings.Repeat(nothing, 100)) }, 0, true},
		"incompressible": {func(p peer) { p.request(); p.send(head + incompressible) }, client.MaxBody, false},
	} {
		c := open(t, patient, listen(t, test.serve))
		x := c.Do(t.Context(), valid())
		if x.Failed() || len(x.Response.Body) != test.size || x.Response.Truncated != test.truncated {
			t.Errorf("%s: failure %q, %d bytes, truncated %v", name, x.Failure, len(x.Response.Body), x.Response.Truncated)
		}
		noneLeft(t, c)
	}
}
