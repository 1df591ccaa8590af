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
}

// plainDepth is how deep a value that counts for nothing may nest.
const plainDepth = 8

// Glance reads an answer that is plainly accepted, without allocating: a load run judges tens of thousands a second.
// Where it says true, [Judge] says Accepted with the same identity, and the envelope's channel is the same. False says
// nothing of the answer, only that Judge has to look. It is for answers that arrived whole, as [Exchange.Failure] and
// [Response.Truncated] tell.
//
// Plain is a well-formed JSON object with nothing after it, which has errcode and data once, and in data the identity
// and the channel once, as texts without escapes. An escaped name, a fraction or deep nesting is left to Judge, too.
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
		default:
			plain = passes(&reader, inData)
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

// passes reports whether a value that decides nothing is plain: no fraction, and not nested too deep.
func passes(reader *rawjson.Reader, inData bool) bool {
	depth := reader.Depth - 1
	if inData {
		depth--
	}
	return depth < plainDepth && (reader.Value.Kind != rawjson.Number || reader.Value.Plain())
}
