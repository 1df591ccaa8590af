package loadgen

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay"
)

// A line is a way to the target for one exchange at a time. What it answers is valid until its next exchange.
type line interface {
	// dial connects, if that is not so already.
	dial(timeout time.Duration) error
	// exchange sends a request and reads the answer, within timeout. It never sends anything twice.
	exchange(r *request, timeout time.Duration) answer
	// header is the last answer's, and protocol its version, for example "HTTP/1.1".
	header() http.Header
	protocol() string
	close()
}

// An answer is what came back.
type answer struct {
	status int
	body   []byte
	// failure says why there is no answer, or only a part; empty when it is whole. Without a connection unsent is set,
	// and when the time was over timedOut. Where it was for this machine to give a connection, lacking is set, too.
	failure  string
	unsent   bool
	lacking  bool
	timedOut bool
	// truncated is set when the body was longer than is read.
	truncated bool
	// sent is when the request was handed over, and done when the last byte was read.
	sent, done time.Time
	// from is the line it came on, which has its header.
	from line
}

// A request is one about to be sent; its buffers are used again and again.
type request struct {
	way  *way
	body []byte
	wire []byte // the whole request as HTTP/1.1 has it
}

// set makes it the request for a code.
func (r *request) set(w *way, code string) {
	r.way = w
	r.body = append(r.body[:0], w.before...)
	r.body = appendJSON(r.body, code)
	r.body = append(r.body, '}')
	r.wire = append(r.wire[:0], w.head...)
	r.wire = strconv.AppendInt(r.wire, int64(len(r.body)), 10)
	r.wire = append(r.wire, "\r\n\r\n"...)
	r.wire = append(r.wire, r.body...)
}

// A way is everything about a request that does not change from code to code: the API server, the endpoint, the PAT.
type way struct {
	endpoint assay.Endpoint
	app      string
	url      *url.URL
	header   http.Header
	head     []byte // the header as HTTP/1.1 has it, up to the number of Content-Length
	before   string // what stands before the code in the body
}

// newWay is the request of the guide: POST, the PAT as bearer, appId and code as a JSON object.
func newWay(server string, endpoint assay.Endpoint, app string, pat assay.Secret) (*way, error) {
	address, err := url.Parse(server + endpoint.Path())
	if err != nil {
		return nil, err
	}
	w := &way{
		endpoint: endpoint, app: app, url: address,
		header: http.Header{
			"Authorization": {"Bearer " + pat.Reveal()}, "Content-Type": {"application/json"}, "User-Agent": {"assay"},
		},
		before: `{"appId":` + string(appendJSON(nil, app)) + `,"code":`,
	}
	var head strings.Builder
	head.WriteString("POST " + address.RequestURI() + " HTTP/1.1\r\nHost: " + address.Host + "\r\n")
	for _, name := range []string{"User-Agent", "Authorization", "Content-Type"} {
		head.WriteString(name + ": " + w.header.Get(name) + "\r\n")
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
