package client

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/unified-login/assay"
)

// A Request describes an exchange to make. [Exchange] returns a valid one; a [Bend] changes one thing about it.
type Request struct {
	Endpoint assay.Endpoint
	// Requirement and Situation are copied to the exchange.
	Requirement, Situation string
	// Code is the code that the request sends, for the record; nil where it sends none.
	Code *assay.Code

	Method string
	// Path replaces the endpoint's path unless it is empty. Query is appended after a "?" unless it is empty.
	Path, Query string
	Header      http.Header
	// Members are the members of the body's JSON object, in this order. They are ignored where Body is set.
	Members []Member
	// Body is sent instead of Members unless it is nil.
	Body []byte

	// Replica is the index of the API server, modulo their number. Server replaces its base URL unless it is empty.
	Replica int
	Server  string
	// Chunked sends the body in chunks, without a Content-Length. Close asks the server to close the connection.
	Chunked, Close bool
	// Packed compresses the body with gzip. The exchange has the body as it was before, in which secrets can be found. Only a [Client] can.
	Packed bool
	// HTTP10 sends the request in HTTP/1.0. Only a [Connection] can.
	HTTP10 bool
	// Absolute names the whole URL in the request line, as requests to a proxy do. Only a [Connection] can.
	Absolute bool
	// Alone sends the request on a connection of its own, which is closed after the answer. Nothing of it shows in the
	// request.
	Alone bool
	// Barrier holds the body back until all requests of the barrier are ready; nil sends it at once.
	Barrier *Barrier
}

// A Member is one member of the body's JSON object. Value is anything that encoding/json encodes.
type Member struct {
	Name  string
	Value any
}

// Exchange returns the request that the guide documents: POST, the PAT as bearer token, and a JSON object of appId and code.
func Exchange(code assay.Code, pat assay.Secret) Request {
	return Request{
		Endpoint: code.Kind,
		Code:     &code,
		Method:   http.MethodPost,
		Header: http.Header{
			"Authorization": {"Bearer " + pat.Reveal()},
			"Content-Type":  {"application/json"},
			"User-Agent":    {"assay"},
		},
		Members: []Member{{"appId", code.AppID}, {"code", code.Code}},
	}
}

// A Bend changes one thing about a valid request, usually so that it must be refused.
type Bend func(*Request)

// With returns a copy of the request with the bends applied in order. The request itself stays unchanged.
func (r Request) With(bends ...Bend) Request {
	if r.Header = r.Header.Clone(); r.Header == nil {
		r.Header = http.Header{}
	}
	r.Members = append([]Member(nil), r.Members...)
	for _, bend := range bends {
		bend(&r)
	}
	return r
}

// Authorization sets the Authorization header.
func Authorization(value string) Bend { return Header("Authorization", value) }

// NoAuthorization removes the Authorization header.
func NoAuthorization() Bend { return func(r *Request) { r.Header.Del("Authorization") } }

// Header sets one header. Host is sent in place of the one in the server's URL.
func Header(name, value string) Bend { return func(r *Request) { r.Header.Set(name, value) } }

// AddHeader adds one more field of a name.
func AddHeader(name, value string) Bend { return func(r *Request) { r.Header.Add(name, value) } }

// NoHeader removes every field of a name.
func NoHeader(name string) Bend { return func(r *Request) { r.Header.Del(name) } }

// Method sets the HTTP method.
func Method(method string) Bend { return func(r *Request) { r.Method = method } }

// Query appends a query string, which is already encoded.
func Query(query string) Bend { return func(r *Request) { r.Query = query } }

// Body replaces the members with body, and the Content-Type with contentType unless that is empty.
func Body(body []byte, contentType string) Bend {
	return func(r *Request) {
		r.Body = body
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
	}
}

// NoBody removes the body, and what the header says of it.
func NoBody() Bend {
	return func(r *Request) {
		r.Members, r.Body, r.Code = nil, nil, nil
		r.Header.Del("Content-Type")
	}
}

// Set changes the value of a member of the body, or adds the member.
func Set(name string, value any) Bend {
	return func(r *Request) {
		for i := range r.Members {
			if r.Members[i].Name == name {
				r.Members[i].Value = value
				return
			}
		}
		r.Members = append(r.Members, Member{name, value})
	}
}

// Repeat adds a member even where the body has one of this name.
func Repeat(name string, value any) Bend {
	return func(r *Request) { r.Members = append(r.Members, Member{name, value}) }
}

// Omit removes a member of the body.
func Omit(name string) Bend {
	return func(r *Request) {
		for i, member := range r.Members {
			if member.Name == name {
				r.Members = append(r.Members[:i], r.Members[i+1:]...)
				return
			}
		}
	}
}

// Replica sends the request to the i-th API server, counted from 0.
func Replica(i int) Bend { return func(r *Request) { r.Replica = i } }

// To sends the request to another endpoint than the code's kind says.
func To(endpoint assay.Endpoint) Bend { return func(r *Request) { r.Endpoint = endpoint } }

// Chunked sends the body in chunks, without a Content-Length.
func Chunked() Bend { return func(r *Request) { r.Chunked = true } }

// Packed compresses the body with gzip, and says so.
func Packed() Bend {
	return func(r *Request) {
		r.Packed = true
		r.Header.Set("Content-Encoding", "gzip")
	}
}

// Alone sends the request on a connection of its own.
func Alone() Bend { return func(r *Request) { r.Alone = true } }

// Path replaces the path by another one, which a [Connection] sends as it is.
func Path(path string) Bend { return func(r *Request) { r.Path = path } }

// build returns the request as it is sent to server.
func (r Request) build(server string) assay.Request {
	path := r.Path
	if path == "" {
		path = r.Endpoint.Path()
	}
	if r.Query != "" {
		path += "?" + r.Query
	}
	body := r.Body
	if body == nil {
		body = r.Encode()
	}
	return assay.Request{Method: r.Method, URL: server + path, Header: r.Header, Body: body}
}

// Encode returns the members as a JSON object; nil without members.
func (r Request) Encode() []byte {
	if r.Members == nil {
		return nil
	}
	var body bytes.Buffer
	body.WriteByte('{')
	for i, member := range r.Members {
		if i > 0 {
			body.WriteByte(',')
		}
		body.Write(mustEncode(member.Name))
		body.WriteByte(':')
		body.Write(mustEncode(member.Value))
	}
	body.WriteByte('}')
	return body.Bytes()
}

// mustEncode encodes a value that a spec chose; it panics where that is impossible, which is a mistake in the spec.
func mustEncode(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // most business services do not escape HTML either
	if err := encoder.Encode(value); err != nil {
		panic("client: " + err.Error())
	}
	return bytes.TrimRight(text.Bytes(), "\n")
}
