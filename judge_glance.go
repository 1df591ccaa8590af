package assay

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
// nothing of the answer, only that Judge has to look. It is for answers that arrived whole, as [Exchange.Failed] and
// [Response.Truncated] tell.
//
// Plain is a well-formed JSON object with nothing after it, which has errcode and data once, and in data the identity
// and the channel once, as texts without escapes. An escaped name, a fraction or deep nesting is left to Judge, too.
func Glance(endpoint Endpoint, status int, body []byte) (Answer, bool) {
	if status/100 != 2 {
		return Answer{}, false
	}
	var answer Answer
	var errcode []byte
	identity, hasData := endpoint.Identity(), false
	text := scanner{text: body}
	field := func(name []byte) bool {
		switch string(name) {
		case identity:
			return text.once(&answer.Identity)
		case "channel":
			return text.once(&answer.Channel)
		default:
			return text.value(plainDepth)
		}
	}
	plain := text.object(func(name []byte) bool {
		switch string(name) {
		case "errcode":
			return text.once(&errcode)
		case "data":
			again := hasData
			hasData = true
			return !again && text.object(field)
		default:
			return text.value(plainDepth)
		}
	})
	if !plain || !text.end() || string(errcode) != OK || len(answer.Identity) == 0 {
		return Answer{}, false
	}
	return answer, true
}
