package expect

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/identities"
	"github.com/unified-login/assay/internal/rawjson"
)

const byteOrderMark = "\ufeff"

// LooksLikeJSON reports whether a body was meant to be a JSON object: it begins like one, after a byte order mark and
// white space.
func LooksLikeJSON(body []byte) bool {
	return strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(string(body), byteOrderMark), " \t\r\n"), "{")
}

// BeStrictJSON holds when the body is one UTF-8 JSON object with unique member names, no byte order mark and nothing
// after it.
func BeStrictJSON() Matcher {
	return answered("a UTF-8 JSON object with unique names and nothing around it", func(x assay.Exchange) (string, bool) {
		flaw := jsonFlaw(x.Response.Body)
		return flaw, flaw == ""
	})
}

func jsonFlaw(body []byte) string {
	switch {
	case strings.HasPrefix(string(body), byteOrderMark):
		return "a byte order mark"
	case !utf8.Valid(body):
		return "bytes that are not UTF-8"
	case !LooksLikeJSON(body):
		return "not a JSON object"
	}
	repeated := ""
	whole, alone := walkLevels(body, true, func(name string, _ rawjson.Token, again bool) {
		if again && repeated == "" {
			repeated = name
		}
	})
	switch {
	case !whole:
		return "JSON that does not parse"
	case repeated != "":
		return fmt.Sprintf("the member %q twice", shown([]byte(repeated)))
	case !alone:
		return "data after the object"
	case !json.Valid(body):
		return "JSON that is nested more than 10 000 levels deep"
	}
	return ""
}

// CarryNoIdentity holds when no openId, unionId, phone or accessToken stands anywhere in the answer: no member, header field
// or cookie of such a name, without case, _ and -, and nothing of what is known of the code's user. Empty strings, null and
// what holds nothing else are nothing, and so is a phone outside of data that is the number of a support line.
func CarryNoIdentity(known Known, lines map[string]bool) Matcher {
	return answered("no openId, unionId, phone or accessToken in a refusal", func(x assay.Exchange) (string, bool) {
		found, inData := "", assay.Holds(x.Response.Envelope().Data("phone"))
		body := bytes.TrimPrefix(x.Response.Body, []byte(byteOrderMark))
		// Where the JSON breaks off, what came before it counts: a client may read it.
		walk(body, func(name string, value rawjson.Token) {
			if found != "" || !carries(body, value) {
				return
			}
			if what := identities.Named(name); what != "" && (what != "phone" || inData || !lines[scalar(body, value)]) {
				found = name
			}
		})
		if found == "" {
			inHeader, _ := identities.InHeader(x.Response.Header, x.Sent)
			found = cmp.Or(inHeader, known.toldBy(x))
		}
		return fmt.Sprintf("a refusal (status %d) with %s", x.Response.Status, found), found == ""
	})
}

// carries reports whether a scalar holds something: a string that is not empty, or a number that is not 0.
func carries(text []byte, value rawjson.Token) bool {
	switch value.Kind {
	case rawjson.String:
		start, end := value.Inside()
		return end > start
	case rawjson.Number:
		number, _ := float(text, value)
		return number != 0
	default:
		return false
	}
}

func float(text []byte, value rawjson.Token) (float64, error) {
	return strconv.ParseFloat(string(text[value.Start:value.End]), 64)
}

// A level is an open object or array.
type level struct {
	name  string // the member that an array belongs to
	array bool
	names map[string]bool // that an object has had; nil where repetitions do not matter
}

// walk reads the JSON value that text begins with and calls visit for every value in it: the name of the member that it
// belongs to, without the arrays in between, and the value, which for an object or array is the opening bracket. It ends where
// the text is no JSON, and at a number that no float64 holds.
func walk(text []byte, visit func(name string, value rawjson.Token)) {
	walkLevels(text, false, func(name string, value rawjson.Token, _ bool) { visit(name, value) })
}

// walkLevels is walk, which says on demand whether the object of a value had a member of this name before. It reports whether
// the value is whole, and whether only space follows.
func walkLevels(text []byte, repeats bool, visit func(name string, value rawjson.Token, again bool)) (whole, alone bool) {
	var open []level
	reader := rawjson.NewReader(text)
	for reader.Next() {
		value := reader.Value
		if value.Kind == rawjson.Number {
			if _, err := float(text, value); err != nil {
				return false, false
			}
		}
		open = open[:reader.Depth]
		name, again := "", false
		if reader.Depth > 0 {
			top := open[reader.Depth-1]
			if name = top.name; !top.array {
				name = rawjson.Decode(reader.Content(reader.Name))
			}
			if top.names != nil {
				again, top.names[name] = top.names[name], true
			}
		}
		visit(name, value, again)
		switch value.Kind {
		case '{':
			inner := level{}
			if repeats {
				inner.names = map[string]bool{}
			}
			open = append(open, inner)
		case '[':
			open = append(open, level{name: name, array: true})
		}
	}
	return reader.Whole(), reader.Alone()
}
