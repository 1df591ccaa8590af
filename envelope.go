package assay

import (
	"bytes"
	"encoding/json"

	"github.com/unified-login/assay/internal/rawjson"
)

// An Envelope is the body of an answer as the guide documents it: error, errcode, data and traceid. It is read as the
// most forgiving client would read it, because what such a client takes for a sign-in is one: a byte order mark is
// passed over, data after the object is left alone, of a repeated member every value is kept, and of an object that
// breaks off what came before.
type Envelope struct {
	// Object is false when the body does not begin with a whole, well-formed JSON object of at most 10 000 levels.
	Object bool

	members map[string][]json.RawMessage
	data    map[string][]json.RawMessage
}

// OK is the only errcode of success.
const OK = "OK"

// ReadEnvelope reads body, which the envelope goes on referring to. It never fails: what cannot be read is absent.
func ReadEnvelope(body []byte) Envelope {
	text := bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	members, length := rawjson.Split(text)
	envelope := Envelope{Object: json.Valid(text[:length]), members: members}
	for _, data := range members["data"] {
		fields, _ := rawjson.Split(data)
		if envelope.data == nil {
			envelope.data = fields
			continue
		}
		for name, values := range fields {
			envelope.data[name] = append(envelope.data[name], values...)
		}
	}
	return envelope
}

// Member returns the raw JSON of a member of the envelope, "errcode" or "traceid" say; nil when absent. Of repeated
// members it is the last, as most parsers have it. Names are matched exactly, unlike encoding/json's.
func (e Envelope) Member(name string) json.RawMessage { return last(e.members[name]) }

// Data returns the raw JSON of a member of data; nil when absent.
func (e Envelope) Data(name string) json.RawMessage { return last(e.data[name]) }

// Errcode is the errcode where it is a string, and "" otherwise. Of repeated ones OK wins.
func (e Envelope) Errcode() string {
	for _, raw := range e.members["errcode"] {
		if text, _ := Text(raw); text == OK {
			return OK
		}
	}
	text, _ := Text(e.Member("errcode"))
	return text
}

// Identified reports whether the envelope carries the endpoint's identity, in whatever form: somebody was signed in,
// rightly or not.
func (e Envelope) Identified(endpoint Endpoint) bool { return len(e.identities(endpoint)) > 0 }

// identities are the values of the endpoint's identity that are not empty.
func (e Envelope) identities(endpoint Endpoint) []json.RawMessage {
	var found []json.RawMessage
	for _, raw := range e.data[endpoint.Identity()] {
		if !Empty(raw) {
			found = append(found, raw)
		}
	}
	return found
}

// Text decodes raw as a JSON string; false when it is anything else, or not UTF-8 and so read by no two clients alike.
func Text(raw json.RawMessage) (string, bool) {
	return rawjson.Text(raw)
}

// Empty reports whether raw carries nothing: absent, null or the empty string.
func Empty(raw json.RawMessage) bool {
	return len(raw) == 0 || string(raw) == "null" || string(raw) == `""`
}

func last(values []json.RawMessage) json.RawMessage {
	if len(values) == 0 {
		return nil
	}
	return values[len(values)-1]
}
