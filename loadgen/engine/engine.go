package engine

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay"
)

// A line is a way to the target for one exchange at a time. What it answers is valid until its next exchange.
type Connection interface {
	// dial connects, if that is not so already.
	Dial(timeout time.Duration) error
	// exchange sends a request and reads the answer, within timeout. It never sends anything twice.
	Exchange(r *Request, timeout time.Duration) Answer
	// header is the last answer's, and protocol its version, for example "HTTP/1.1".
	Header() http.Header
	Protocol() string
	// shared reports whether its socket is one of those that the wires count, and not its own.
	Shared() bool
	Close()
}

// An answer is what came back.
type Answer struct {
	Status int
	Body   []byte
	// failure says why there is no answer, or only a part; empty when it is whole. Without a connection unsent is set,
	// and when the time was over timedOut. Where it was for this machine to give a connection, lacking is set, too.
	Failure   string
	Unsent    bool
	Exhausted bool
	TimedOut  bool
	// truncated is set when the body was longer than is read.
	Truncated bool
	// sent is when the request was handed over, and done when the last byte was read.
	Sent, Done time.Time
	// from is the line it came on, which has its header.
	From Connection
}

// response is the answer as the oracle and the transcript have it; nil where no header came.
func (a *Answer) Response() *assay.Response {
	if a.Status == 0 {
		return nil
	}
	response := &assay.Response{Status: a.Status, Proto: a.From.Protocol(), Header: a.From.Header(), Body: a.Body, Truncated: a.Truncated}
	response.Body = unzipped(response)
	return response
}

// unzipped is the body of an answer with gzip undone, within the bounds of any body.
func unzipped(response *assay.Response) []byte {
	encoding := strings.ToLower(strings.TrimSpace(response.Header.Get("Content-Encoding")))
	if encoding != "gzip" && encoding != "x-gzip" {
		return response.Body
	}
	reader, err := gzip.NewReader(bytes.NewReader(response.Body))
	if err != nil {
		return response.Body
	}
	body, _ := io.ReadAll(io.LimitReader(reader, maxBody)) // what came before it broke off counts
	return body
}

// A request is one about to be sent; its buffers are used again and again.
type Request struct {
	Route *Route
	Body  []byte
	http1 []byte // the whole request as HTTP/1.1 has it
}

// set makes it the request for a code.
func (r *Request) Set(w *Route, code string) {
	r.Route = w
	r.Body = append(r.Body[:0], w.prefix...)
	r.Body = appendJSON(r.Body, code)
	r.Body = append(r.Body, '}')
	r.http1 = append(r.http1[:0], w.head...)
	r.http1 = strconv.AppendInt(r.http1, int64(len(r.Body)), 10)
	r.http1 = append(r.http1, "\r\n\r\n"...)
	r.http1 = append(r.http1, r.Body...)
}

// A way is everything about a request that does not change from code to code: the API server, the endpoint, the PAT.
type Route struct {
	Endpoint assay.Endpoint
	AppID    string
	URL      *url.URL
	Header   http.Header
	head     []byte // the header as HTTP/1.1 has it, up to the number of Content-Length
	prefix   string // what stands before the code in the body
}

// newWay is the request of the guide: POST, the PAT as bearer, appId and code as a JSON object.
func NewRoute(server string, endpoint assay.Endpoint, app string, pat assay.Secret) (*Route, error) {
	address, err := url.Parse(server + endpoint.Path())
	if err != nil {
		return nil, err
	}
	w := &Route{
		Endpoint: endpoint, AppID: app, URL: address,
		Header: http.Header{
			"Authorization": {"Bearer " + pat.Reveal()}, "Content-Type": {"application/json"}, "User-Agent": {"assay"},
		},
		prefix: `{"appId":` + string(appendJSON(nil, app)) + `,"code":`,
	}
	var head strings.Builder
	head.WriteString("POST " + address.RequestURI() + " HTTP/1.1\r\nHost: " + address.Host + "\r\n")
	for _, name := range []string{"User-Agent", "Authorization", "Content-Type"} {
		head.WriteString(name + ": " + w.Header.Get(name) + "\r\n")
	}
	head.WriteString("Content-Length: ")
	w.head = []byte(head.String())
	return w, nil
}

// appendJSON appends text as a JSON string, without an allocation where it stands there as it is: codes mostly do.
func appendJSON(to []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // a string always can be
			return append(to, quoted...)
		}
	}
	to = append(to, '"')
	to = append(to, text...)
	return append(to, '"')
}
