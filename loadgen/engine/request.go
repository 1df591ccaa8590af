package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine/h2"
)

// A Route is what the requests for one API server, endpoint and PAT have in common. It does not change, and is safe for
// concurrent use.
type Route struct {
	AppID  string
	URL    *url.URL
	Header http.Header
	head   []byte    // of HTTP/1.1: the request line and the header, up to the number of Content-Length
	http2  h2.Header // without the length
	prefix string    // of the body: everything before the code
}

// NewRoute returns the route of the documented request: POST, the PAT as bearer token, and appId and code as a JSON object.
// server is a URL such as "https://api.example.com", with an optional base path; header are further fields, nil for none. The error
// says what is wrong with the URL.
func NewRoute(server string, endpoint assay.Endpoint, appID string, pat assay.Secret, header http.Header) (*Route, error) {
	address, err := url.Parse(server + endpoint.Path())
	if err != nil {
		return nil, fmt.Errorf("API server: %w", err)
	}
	r := &Route{
		AppID: appID, URL: address,
		Header: http.Header{
			"Authorization": {"Bearer " + pat.Reveal()}, "Content-Type": {"application/json"}, "User-Agent": {"assay"},
		},
		prefix: `{"appId":` + string(appendJSON(nil, appID)) + `,"code":`,
	}
	var head strings.Builder
	head.WriteString("POST " + address.RequestURI() + " HTTP/1.1\r\nHost: " + address.Host + "\r\n")
	names := []string{"User-Agent", "Authorization", "Content-Type"}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		r.Header[name] = header[name]
		names = append(names, name)
	}
	for _, name := range names {
		head.WriteString(name + ": " + r.Header.Get(name) + "\r\n")
	}
	head.WriteString("Content-Length: ")
	r.head, r.http2 = []byte(head.String()), h2.NewHeader(address, r.Header)
	return r, nil
}

// Routes returns the routes of every server, in the order of [assay.Endpoints].
func Routes(servers []string, appID string, pat assay.Secret, header http.Header) ([][2]*Route, error) {
	all := make([][2]*Route, len(servers))
	for i, server := range servers {
		for j, endpoint := range assay.Endpoints() {
			route, err := NewRoute(server, endpoint, appID, pat, header)
			if err != nil {
				return nil, err
			}
			all[i][j] = route
		}
	}
	return all, nil
}

// A Request is a request for one code. Its buffers are reused: Set allocates nothing once they are large enough.
type Request struct {
	Route *Route
	Body  []byte
	http1 []byte // the whole request in HTTP/1.1
}

// Set makes r the request for a code.
func (r *Request) Set(route *Route, code string) {
	r.Route = route
	r.Body = append(r.Body[:0], route.prefix...)
	r.Body = appendJSON(r.Body, code)
	r.Body = append(r.Body, '}')
	r.http1 = append(r.http1[:0], route.head...)
	r.http1 = strconv.AppendInt(r.http1, int64(len(r.Body)), 10)
	r.http1 = append(r.http1, "\r\n\r\n"...)
	r.http1 = append(r.http1, r.Body...)
}

// closing appends the request in HTTP/1.1 with a field that says that the connection ends with the answer.
func (r *Request) closing(to []byte) []byte {
	at := len(r.http1) - len(r.Body) - len("\r\n")
	to = append(to, r.http1[:at]...)
	to = append(to, "Connection: close\r\n"...)
	return append(to, r.http1[at:]...)
}

// Target is the request as vegeta has it. It shares memory with r.
func (r *Request) Target() vegeta.Target {
	return vegeta.Target{Method: http.MethodPost, URL: r.Route.URL.String(), Body: r.Body, Header: r.Route.Header}
}

// appendJSON appends text as a JSON string. It allocates only where text has to be escaped, which is rare in codes.
func appendJSON(to []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // a string never fails
			return append(to, quoted...)
		}
	}
	to = append(to, '"')
	to = append(to, text...)
	return append(to, '"')
}
