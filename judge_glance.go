package assay

import (
	"unicode/utf8"

	"github.com/unified-login/assay/internal/rawjson"
)

// An Answer is what a business service reads off a plain acceptance. The slices are parts of the body: copy what is to
// outlive it.
type Answer struct {
	Identity []byte // the openId or the phone; never empty
	Channel  []byte // data.channel; nil when absent
	// UnionID and AccessToken, and the other endpoint's identity, a login's Phone or a phone's OpenID, are nil when absent.
	UnionID, AccessToken, Phone, OpenID []byte
	// More is set where the answer has a text or a number of at least 8 characters where the contract has none: it may name a user.
	More bool
}

// plainDepth is how many levels a value that Glance does not need may have.
const plainDepth = 8

// Glance reads an answer that is plainly accepted. It does not allocate, because a load run judges tens of thousands of answers
// a second. Where it returns true, [Judge] says Accepted with the same identity, and the envelope has the same channel. False
// says nothing about the answer: Judge has to decide. Glance is only for complete answers, see [Exchange.Failed] and
// [Response.Truncated].
//
// A plain answer is a well-formed JSON object with nothing after it. It has errcode and data once, and in data the identity and
// the channel at most once, as strings without escapes. Escaped names, fractions and deep nesting are left to Judge.
func Glance(endpoint Endpoint, status int, body []byte) (Answer, bool) {
	var answer Answer
	var errcode []byte
	reader, identity := rawjson.NewReader(body), endpoint.Identity()
	if status/100 != 2 || !reader.Next() || reader.Value.Kind != '{' {
		return Answer{}, false
	}
	plain, hasData, inData := true, false, false
	for plain && reader.Next() {
		inData = inData && reader.Depth > 1
		member := reader.Content(reader.Name)
		switch {
		case reader.Depth == 1 && string(member) == "errcode":
			plain = once(&errcode, &reader)
		case reader.Depth == 1 && string(member) == "data":
			plain = !hasData && reader.Value.Kind == '{'
			hasData, inData = true, true
		case reader.Depth == 2 && inData && string(member) == identity:
			plain = once(&answer.Identity, &reader)
		case reader.Depth == 2 && inData && string(member) == "channel":
			plain = once(&answer.Channel, &reader)
		case reader.Depth == 2 && inData && string(member) == "unionId":
			plain = further(&answer.UnionID, &reader)
		case reader.Depth == 2 && inData && string(member) == "accessToken":
			plain = further(&answer.AccessToken, &reader)
		case reader.Depth == 2 && inData && string(member) == "phone":
			plain = further(&answer.Phone, &reader)
		case reader.Depth == 2 && inData && string(member) == "openId":
			plain = further(&answer.OpenID, &reader)
		default:
			plain = passes(&reader, inData)
			answer.More = answer.More || mayName(&reader) && (reader.Depth != 1 || string(member) != "error" && string(member) != "traceid")
		}
		plain = plain && reader.Name.Plain()
	}
	if !plain || !reader.Alone() || string(errcode) != OK || len(answer.Identity) == 0 {
		return Answer{}, false
	}
	return answer, true
}

// once takes the reader's value into to where it is a string without escapes, and the first one. A string that is not
// UTF-8 is read differently by different clients.
func once(to *[]byte, reader *rawjson.Reader) bool {
	again, value := *to != nil, reader.Value
	if again || value.Kind != rawjson.String || !value.Plain() {
		return false
	}
	*to = reader.Content(value)
	return utf8.Valid(*to)
}

// further takes the reader's value into to where it is a plain string. It reports whether the value may stand there: a repeated
// one, and any other than a plain string or null, is left to Judge.
func further(to *[]byte, reader *rawjson.Reader) bool {
	again := *to != nil
	if reader.Value.Kind == rawjson.String && reader.Value.Plain() {
		*to = reader.Content(reader.Value)
		return !again
	}
	return string(reader.Content(reader.Value)) == "null" && !again
}

// mayName reports whether a value is long enough to name a user.
func mayName(reader *rawjson.Reader) bool {
	const least = 8
	kind := reader.Value.Kind
	return (kind == rawjson.String || kind == rawjson.Number) && len(reader.Content(reader.Value)) >= least
}

// passes reports whether a value that decides nothing is plain: no fraction, and not nested too deep.
func passes(reader *rawjson.Reader, inData bool) bool {
	depth := reader.Depth - 1
	if inData {
		depth--
	}
	return depth < plainDepth && (reader.Value.Kind != rawjson.Number || reader.Value.Plain())
}
