package client

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/unified-login/assay"
)

// A Request is an exchange about to be made. [Exchange] makes a valid one; a Bend changes one thing about it.
type Request struct {
	Endpoint assay.Endpoint
	// Requirement and Situation are passed on to the exchange.
	Requirement, Situation string
	// Code is the code that is sent, for the record; nil when none is.
	Code *assay.Code

	Method string
	// Path replaces the endpoint's own where it is not empty; Query is appended after a "?".
	Path, Query string
	Header      http.Header
	// Members make up the JSON object of the body, in this order, unless Body is set.
	Members []Member
	// Body, where it is not nil, is sent instead of Members.
	Body []byte

	// Replica chooses the API server, by its place in the list; counted round when there are fewer.
	Replica int
	// Chunked sends the body without saying its length; Close asks for the connection to be closed.
	Chunked, Close bool
	// Barrier holds the body back until every other request of the barrier is there too; nil for no waiting.
	Barrier *Barrier
}

// A Member is one member of the body's JSON object; Value is anything encoding/json can encode.
type Member struct {
	Name  string
	Value any
}

// Exchange is the request of the guide: POST, the PAT as bearer, appId and code as a JSON object.
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

// A Bend changes one thing about a valid request.
type Bend func(*Request)

// With applies bends in their order.
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

// Authorization sends value as the Authorization header.
func Authorization(value string) Bend { return Header("Authorization", value) }

// NoAuthorization sends no Authorization header.
func NoAuthorization() Bend { return func(r *Request) { r.Header.Del("Authorization") } }

// Header sets one header.
func Header(name, value string) Bend { return func(r *Request) { r.Header.Set(name, value) } }

// Method sends another method.
func Method(method string) Bend { return func(r *Request) { r.Method = method } }

// Query appends a query, already encoded.
func Query(query string) Bend { return func(r *Request) { r.Query = query } }

// Body sends body instead of the members, labelled with contentType unless that is empty.
func Body(body []byte, contentType string) Bend {
	return func(r *Request) {
		r.Body = body
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
	}
}

// Set gives a member of the body another value, or adds it.
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

// Repeat adds a member even when it is there already.
func Repeat(name string, value any) Bend {
	return func(r *Request) { r.Members = append(r.Members, Member{name, value}) }
}

// Omit leaves a member of the body out.
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

// Replica sends to the i-th API server.
func Replica(i int) Bend { return func(r *Request) { r.Replica = i } }

// To sends to the other endpoint, whatever the code was meant for.
func To(endpoint assay.Endpoint) Bend { return func(r *Request) { r.Endpoint = endpoint } }

// Chunked sends the body in chunks, without a Content-Length.
func Chunked() Bend { return func(r *Request) { r.Chunked = true } }

// wire is the request as it will be sent to server.
func (r Request) wire(server string) assay.Request {
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

// Encode is the body that the members make up.
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

// mustEncode encodes a value that a spec wrote down; one that cannot be encoded is a mistake in the spec.
func mustEncode(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // a business service would not
	if err := encoder.Encode(value); err != nil {
		panic("client: " + err.Error())
	}
	return bytes.TrimRight(text.Bytes(), "\n")
}
