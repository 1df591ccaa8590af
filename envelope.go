package assay

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/unified-login/assay/internal/rawjson"
)

// An Envelope is the body of an answer as the guide documents it: error, errcode, data and traceid. It is read as tolerantly as
// any client may read it, because whatever such a client accepts is a sign-in: a byte order mark and data after the object are
// skipped, all values of a repeated member are kept, and so are the members of an object that is cut off. Of an object with more
// than 64 members, it keeps the first 64 and all those whose names are the contract's, in letters of any case.
type Envelope struct {
	// Object is set where the body begins with a complete, well-formed JSON object of at most 10 000 levels.
	Object bool

	members, data rawjson.Members
}

// OK is the only errcode that means success.
const OK = "OK"

// ReadEnvelope reads body, and keeps references to it. It never fails: members that it cannot read are absent.
func ReadEnvelope(body []byte) Envelope {
	text := bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if members, data, _, proper := rawjson.SplitProper(text, "data", isRead); proper {
		return Envelope{Object: true, members: members, data: data}
	}
	members, data, length := rawjson.SplitInside(text, "data", isRead)
	return Envelope{Object: json.Valid(text[:length]), members: members, data: data}
}

// isRead reports whether a member has one of the names that answers and requests are judged by, or one that differs from it in
// letter case only.
func isRead(name []byte) bool {
	const first = "edtoucpa" // letters of the names
	if len(name) < len("code") || len(name) > len("access_token") || strings.IndexByte(first, name[0]|0x20) < 0 {
		return false
	}
	for _, known := range [...]string{"error", "errcode", "data", "traceid", "openId", "unionId", "channel", "phone", "accessToken",
		"appId", "code", "token", "access_token"} {
		if len(name) == len(known) && strings.EqualFold(string(name), known) {
			return true
		}
	}
	return false
}

// Member returns the raw JSON of a member of the envelope, such as "errcode"; nil where it is absent. Of repeated members it
// returns the last, as most parsers do. Unlike encoding/json, it matches names exactly.
func (e Envelope) Member(name string) json.RawMessage { return last(e.members[name]) }

// Members returns the raw JSON of all values of a member of the envelope, in their order.
func (e Envelope) Members(name string) []json.RawMessage { return e.members[name] }

// Data returns the raw JSON of a member of data, by the same rules; nil where it is absent.
func (e Envelope) Data(name string) json.RawMessage { return last(e.data[name]) }

// Errcode returns the errcode where it is a string, and "" otherwise. Where errcode is repeated, it returns OK if any is OK.
func (e Envelope) Errcode() string {
	for _, raw := range e.members["errcode"] {
		if text, _ := Text(raw); text == OK {
			return OK
		}
	}
	text, _ := Text(e.Member("errcode"))
	return text
}

// Values returns the raw JSON of all values of a member of data, those of a repeated data included, in their order.
func (e Envelope) Values(name string) []json.RawMessage { return e.data[name] }

// Names returns the names of the members of data, sorted.
func (e Envelope) Names() []string { return slices.Sorted(maps.Keys(e.data)) }

// SignsIn names the member of data by which a client can sign somebody in, rightly or not: the endpoint's identity in any
// form, or else an openId, unionId, phone or accessToken with a value. It returns "" for no such member.
func (e Envelope) SignsIn(endpoint Endpoint) string {
	if len(e.identities(endpoint)) > 0 {
		return endpoint.Identity()
	}
	for _, name := range IdentityMembers() {
		if slices.ContainsFunc(e.data[name], Holds) {
			return name
		}
	}
	return ""
}

// IdentityMembers returns the members of data that identify a user.
func IdentityMembers() []string { return []string{"openId", "unionId", "phone", "accessToken"} }

// Holds reports whether raw is a text, an object or an array that is not empty, or a number other than 0.
func Holds(raw json.RawMessage) bool {
	if text, isText := Text(raw); isText {
		return text != ""
	}
	if len(raw) > 0 && (raw[0] == '{' || raw[0] == '[') {
		return len(bytes.Trim(raw, "{}[] \t\r\n")) > 0
	}
	number, err := strconv.ParseFloat(string(raw), 64)
	return err == nil && number != 0
}

// identities returns the values of the endpoint's identity that are not empty.
func (e Envelope) identities(endpoint Endpoint) []json.RawMessage {
	var found []json.RawMessage
	for _, raw := range e.data[endpoint.Identity()] {
		if !Empty(raw) {
			found = append(found, raw)
		}
	}
	return found
}

// Text decodes raw as a JSON string. It is false for every other value, and for a string that is not UTF-8, which clients read
// differently.
func Text(raw json.RawMessage) (string, bool) {
	return rawjson.Text(raw)
}

// Empty reports whether raw has no value: it is absent, null or the empty string.
func Empty(raw json.RawMessage) bool {
	return len(raw) == 0 || string(raw) == "null" || string(raw) == `""`
}

func last(values []json.RawMessage) json.RawMessage {
	if len(values) == 0 {
		return nil
	}
	return values[len(values)-1]
}
