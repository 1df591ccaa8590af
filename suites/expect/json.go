package expect

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/unified-login/assay"
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
	end, err := walk(body, func(name string, _ json.Token, again bool) {
		if again && repeated == "" {
			repeated = name
		}
	})
	switch {
	case err != nil:
		return "JSON that does not parse"
	case repeated != "":
		return fmt.Sprintf("the member %q twice", shown([]byte(repeated)))
	case strings.Trim(string(body[end:]), " \t\r\n") != "":
		return "data after the object"
	case !json.Valid(body):
		return "JSON that is nested more than 10 000 levels deep"
	}
	return ""
}

// CarryNoIdentity holds when no openId, unionId, phone or accessToken stands anywhere in the answer: no member of such a
// name, and nothing of what is known of the code's user. Empty strings, null and what holds nothing else are nothing.
func CarryNoIdentity(known Known) Matcher {
	return answered("no openId, unionId, phone or accessToken in a refusal", func(x assay.Exchange) (string, bool) {
		found := ""
		body := strings.TrimPrefix(string(x.Response.Body), byteOrderMark)
		// Where the JSON breaks off, what came before counts: somebody will read it.
		_, _ = walk([]byte(body), func(name string, value json.Token, _ bool) {
			if found == "" && identifies(name) && carries(value) {
				found = name
			}
		})
		if found == "" {
			found = known.toldBy(x)
		}
		return fmt.Sprintf("a refusal (status %d) with %s", x.Response.Status, found), found == ""
	})
}

func identifies(name string) bool {
	return name == "openId" || name == "unionId" || name == "phone" || name == "accessToken"
}

func carries(value json.Token) bool {
	switch value := value.(type) {
	case string:
		return value != ""
	case float64:
		return value != 0
	default:
		return false
	}
}

// A level is an object or array that is open.
type level struct {
	names map[string]bool // that an object has had; nil for an array
	name  string          // of the member being read; in an array, that of the array
	named bool            // the name has been read, the value comes next
	again bool            // the object had a member of this name before
}

// walk reads the JSON value that text begins with and tells visit of every value in it: the name of the member that it
// belongs to, arrays in between passed over; the value, which for an object or array is the opening bracket; and whether
// its object had a member of this name before. It returns where the value ends. Nesting costs no stack.
func walk(text []byte, visit func(name string, value json.Token, again bool)) (end int64, err error) {
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	open := []level{{}} // an array of one, so to say
	for {
		token, err := decoder.Token()
		if err != nil {
			return decoder.InputOffset(), err
		}
		top := &open[len(open)-1]
		if name, isText := token.(string); isText && top.names != nil && !top.named {
			top.name, top.named, top.again = name, true, top.names[name]
			top.names[name] = true
			continue
		}
		switch token {
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		default:
			visit(top.name, token, top.again)
		}
		switch token {
		case json.Delim('{'):
			open = append(open, level{names: map[string]bool{}})
			continue
		case json.Delim('['):
			open = append(open, level{name: top.name})
			continue
		}
		if len(open) == 1 {
			return decoder.InputOffset(), nil
		}
		open[len(open)-1].named, open[len(open)-1].again = false, false
	}
}
