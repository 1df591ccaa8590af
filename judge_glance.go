package assay

// An Answer is what a business service reads off a plain acceptance. The slices are parts of the body: copy what is to
// outlive it.
type Answer struct {
	Identity []byte // the openId or the phone; never empty
	Channel  []byte // data.channel; nil when absent
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
