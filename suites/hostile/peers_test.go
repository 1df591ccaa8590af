package hostile_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// A hostile is a target that misbehaves in one way; otherwise it is the reference platform.
type hostile struct {
	name, does string
	play       func(*act)
	// How a run ends if the target misbehaves from its first answer, from a later one, and now and then. The zero value
	// is not tried.
	first, later, often end
	// unasked misbehaves on a connection as soon as it is accepted, once every answer is hostile.
	unasked bool
	// overHTTP2 misbehaves in a handler of net/http over HTTP/2.
	overHTTP2 bool
}

// An end is how a run ends: its exit code, and a pattern in its output, whose lines are joined.
type end struct {
	code int // oneOrThree if it depends on the verdicts before the end
	says string
}

const oneOrThree = -1

const (
	head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	// refusal is a well-formed refusal.
	refusal = `{"errcode":"NO","error":"no","traceid":"t"}`
)

// What runs that end early say.
const (
	stopped = `the target stopped answering: \d+ exchanges in a row got no answer, `
	left    = `the target left \d+ of \d+ exchanges without an answer, for \d+s in all: `
)

var (
	unended = end{3, `login at http://[^ ]+ begins an answer but does not complete it: no whole answer within 2s;`}
	tooLong = end{3, `login answers a fresh code with more than 128 KiB; a legal answer is a few KiB`}
	useless = end{oneOrThree, `the target gave \d+ unusable answers in a row: more than 128 KiB`}
)

// hostiles lists the targets that a run has to survive.
func hostiles() []hostile {
	return slices.Concat(slow(), endless(), garbled(), rude(), rudeHTTP2())
}

// slow are targets that answer slowly, or read nothing.
func slow() []hostile {
	return []hostile{
		{name: "silent", does: "never answers",
			first: end{3, `http://[^ ]+ was reached, but its handler failed: no whole answer within 2s; it accepts connections but does not answer`}, later: end{3, stopped + `no whole answer within 2s`}, often: end{3, left + `no whole answer within 2s`},
			unasked: true, play: (*act).hang},
		{name: "drip", does: "answers one byte a second",
			first: unended, later: end{3, stopped + `no whole answer within 2s`}, often: end{3, left + `no whole answer within 2s`},
			play: func(a *act) {
				a.say(head + "Content-Length: 500\r\n\r\n")
				a.drip(refusal, time.Second)
			}},
		{name: "drip-header", does: "lets its header trickle in",
			first: end{3, `http://[^ ]+ was reached, but its handler failed: no whole answer within 2s;`}, later: end{3, stopped + `no whole answer within 2s`},
			play: func(a *act) {
				a.say("HTTP/1.1 200 OK\r\n")
				a.drip("X-Filler: x\r\n", 50*time.Millisecond)
			}},
		{name: "deaf", does: "does not read large bodies, and waits",
			later: end{0, `WARN limits.oversize `}, play: func(a *act) {
				if a.request.ContentLength < 64<<10 {
					a.good.ServeHTTP(a.w, a.request)
					return
				}
				<-a.over
			}},
	}
}

// endless are targets whose answers have no end, or are too large.
func endless() []hostile {
	return []hostile{
		{name: "endless-body", does: "has a body without an end",
			first: tooLong, later: useless,
			play: func(a *act) {
				a.say(head + "\r\n" + `{"error":"`)
				a.flood("x")
			}},
		{name: "endless-chunks", does: "has a body without an end, in chunks of a byte with an extension",
			first: tooLong, later: useless,
			play: func(a *act) {
				a.say(head + "Transfer-Encoding: chunked\r\n\r\n")
				a.flood("1;filler=filler\r\nx\r\n")
			}},
		{name: "endless-header", does: "has headers without an end",
			first: end{3, `http://[^ ]+ was reached, but gave no usable answer: no valid HTTP answer: server response headers exceeded 65536 bytes;`}, later: end{3, stopped + `no valid HTTP answer: server response headers exceeded`}, often: end{3, left + `no valid HTTP answer: server response headers exceeded`},
			play: func(a *act) {
				a.say(head)
				a.flood("X-Filler: " + strings.Repeat("x", 500) + "\r\n")
			}},
		{name: "cookies", does: "sets fifty cookies",
			later: end{1, `violated: `},
			play: func(a *act) {
				a.say(head + strings.Repeat("Set-Cookie: a="+strings.Repeat("x", 50)+"\r\n", 50) + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(refusal), refusal))
			}},
		{name: "endless-interim", does: "sends interim answers without an end",
			first: end{3, `http://[^ ]+ was reached, but gave no usable answer: no valid HTTP answer: server response headers exceeded 65536 bytes;`}, later: end{3, stopped + `no valid HTTP answer: server response headers exceeded`},
			play: func(a *act) {
				a.flood("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
			}},
		{name: "endless-trailer", does: "has a trailer without an end",
			first: end{3, `http: suspiciously long trailer`}, later: end{3, stopped + `no valid HTTP answer: http: suspiciously long trailer`},
			play: func(a *act) {
				a.say(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n")
				a.flood("X-Filler: x\r\n")
			}},
		{name: "gzip-bomb", does: "answers 10 MB in 10 KiB",
			first: tooLong, later: useless, often: end{oneOrThree, `(violated|untested): `},
			play: func(a *act) {
				a.say(head + "Content-Encoding: gzip\r\n\r\n" + bomb())
			}},
		{name: "gzip-nothing", does: "answers an endless gzip stream of nothing at all",
			first: tooLong, later: useless,
			play: func(a *act) {
				a.say(head + "Content-Encoding: gzip\r\n\r\n")
				a.flood(zipped(nil))
			}},
		{name: "deep", does: "answers a megabyte of [",
			first: tooLong, later: useless,
			play: func(a *act) {
				a.say(head + "Content-Length: 1048576\r\n\r\n" + strings.Repeat("[", 1<<20))
			}},
		{name: "deep-enough", does: "answers as many [ as are read",
			later: end{1, `status 200, not a JSON object`},
			play: func(a *act) {
				a.say(head + "Content-Length: 131072\r\n\r\n" + strings.Repeat("[", 128<<10))
			}},
	}
}

// garbled are targets whose answers are not HTTP, or not JSON.
func garbled() []hostile {
	return []hostile{
		{name: "random", does: "answers random bytes",
			first: end{3, `http://[^ ]+ was reached, but gave no usable answer: no valid HTTP answer: malformed HTTP response .*; the server there does not speak HTTP`}, later: end{3, stopped + `(no valid HTTP answer: malformed HTTP|the connection was closed)`},
			play: func(a *act) {
				noise := make([]byte, 4<<10)
				_, _ = rand.NewChaCha8([32]byte{1}).Read(noise)
				a.say(string(noise))
			}},
		{name: "random-body", does: "answers random bytes in a body",
			first: end{3, `login refused a fresh code: status 200, not a JSON object;`},
			play: func(a *act) {
				noise := make([]byte, 4<<10)
				_, _ = rand.NewChaCha8([32]byte{1}).Read(noise)
				a.say(head + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(noise)) + string(noise))
			}},
		{name: "no-utf-8", does: "answers what is not UTF-8",
			first: end{3, `login refused a fresh code: status 200, errcode "[^"]*";`}, later: end{1, `violated: `},
			play: func(a *act) {
				body := "{\"errcode\":\"\xff\xfe\",\"error\":\"\xc3\x28\",\"data\":\"\xed\xa0\x80\"}"
				a.say(head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
			}},
		{name: "http-1.0", does: "answers in HTTP/1.0, without a length, and stops in the middle",
			first: end{1, `status 200, not a JSON object`},
			play: func(a *act) {
				_, body := a.answer()
				a.say("HTTP/1.0 200 OK\r\n\r\n" + body[:len(body)/2])
			}},
		{name: "too-long", does: "states a Content-Length that is too large, and closes",
			first: end{3, `the connection was closed before the answer was whole`}, later: end{3, `the connection was closed before the answer was whole`},
			play: func(a *act) {
				status, body := a.answer()
				a.say(fmt.Sprintf("HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s", status, len(body)+100, body))
			}},
		{name: "too-long-open", does: "states a Content-Length that is too large, and waits",
			first: unended, later: end{3, stopped + `no whole answer within 2s`},
			play: func(a *act) {
				status, body := a.answer()
				a.say(fmt.Sprintf("HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s", status, len(body)+100, body))
				a.hang()
			}},
		{name: "too-short", does: "states a Content-Length that is too small",
			first: end{1, `status 200, not a JSON object`},
			play: func(a *act) {
				status, body := a.answer()
				a.say(fmt.Sprintf("HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s", status, len(body)/2, body))
			}},
	}
}

// rude are targets that break off, answer early, or send the run elsewhere.
func rude() []hostile {
	return []hostile{
		{name: "reset", does: "resets the connection",
			first: end{3, `http://[^ ]+ was reached, but its handler failed: connection reset by peer;`}, later: end{3, stopped + `(connection reset by peer|the connection was closed|broken pipe)`}, often: end{3, left + `(connection reset by peer|the connection was closed|broken pipe)`},
			play: (*act).reset},
		{name: "closes", does: "closes the connection at once",
			first: end{3, `http://[^ ]+ was reached, but its handler failed: (the connection was closed before the answer was whole|connection reset by peer);`}, later: end{3, stopped + `(the connection was closed|connection reset by peer|broken pipe)`},
			unasked: true, play: func(a *act) { a.seize() }},
		{name: "loop", does: "redirects to itself with 307",
			first: end{3, `login answered a fresh code with a redirect \(status 307\) to "/api/[^"]+", which is not followed;`}, later: end{1, `status 307`},
			play: func(a *act) {
				a.say("HTTP/1.1 307 Temporary Redirect\r\nLocation: " + a.request.URL.Path + "\r\nContent-Length: 0\r\n\r\n")
			}},
		{name: "elsewhere", does: "redirects to another host with 307",
			first: end{3, `login answered a fresh code with a redirect \(status 307\) to "http://[^"]+", which is not followed;`}, later: end{1, `status 307`},
			play: func(a *act) {
				a.say("HTTP/1.1 307 Temporary Redirect\r\nLocation: " + a.elsewhere + a.request.URL.Path + "\r\nContent-Length: 0\r\n\r\n")
			}},
		{name: "early", does: "answers before it reads the request",
			first: end{3, `(login refused a fresh code: status 200, errcode "NO"|the server sent data that no request asked for);`}, later: end{oneOrThree, `(errcode "NO"|` + left + `no whole answer within 2s)`}, // the seed says which comes first
			unasked: true, play: func(a *act) {
				a.say(head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(refusal), refusal))
				a.hang()
			}},
		{name: "switch", does: "switches protocols unasked",
			first: end{1, `status 101`},
			play: func(a *act) {
				a.say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
				a.flood("x")
			}},
	}
}

// rudeHTTP2 are targets that speak HTTP/2.
func rudeHTTP2() []hostile {
	return []hostile{
		{name: "h2-reset", does: "resets every stream of HTTP/2",
			first: end{3, `https://[^ ]+ was reached, but its handler failed: `}, later: end{3, stopped + `(?:the stream was reset before the answer was whole: stream error|the connection was closed before the answer was whole)`},
			overHTTP2: true, play: func(*act) { panic(http.ErrAbortHandler) }},
		{name: "h2-goaway", does: "says goodbye on every connection of HTTP/2, and answers nothing",
			first: end{3, `no whole answer within 2s`}, later: end{3, stopped + `(no whole answer within 2s|the connection was closed)`},
			overHTTP2: true, play: func(a *act) {
				_, _ = io.Copy(io.Discard, a.request.Body) // an HTTP/1.1 server watches the connection only then
				a.w.Header().Set("Connection", "close")
				a.w.WriteHeader(http.StatusOK)
				_ = http.NewResponseController(a.w).Flush()
				<-a.request.Context().Done()
			}},
		{name: "h2-endless", does: "has a body without an end, in HTTP/2",
			first: tooLong, later: useless,
			overHTTP2: true, play: func(a *act) {
				for filler := make([]byte, 16<<10); ; {
					if _, err := a.w.Write(filler); err != nil {
						return
					}
				}
			}},
	}
}

func zipped(text []byte) string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(text)
	_ = w.Close()
	return packed.String()
}

// bomb is made once, because making it is slow.
var bomb = sync.OnceValue(func() string { return zipped(make([]byte, 10<<20)) })
