package expect

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/unified-login/assay"
)

// shortestSecret is the length from which a value is looked for: an answer may contain a shorter one by chance.
const shortestSecret = 8

// NotShow holds when the answer, its header included, does not contain value: plainly, with separators as people write
// phones, in base64 or hex, as the numbers of its bytes, or in a claim of a JWT. A value of fewer than 6 bytes is not looked for.
func NotShow(what, value string) Matcher {
	const shortest = 6
	return each("an answer without "+what, func(x assay.Exchange) (string, bool) {
		if len(value) < shortest || x.Response == nil {
			return "", true
		}
		for _, reading := range append(readings(string(x.Response.Body)), headerText(x.Response.Header)) {
			if shows(reading, value) {
				return "the answer contains " + what, false
			}
			for _, part := range jwtParts(reading) {
				if shows(part, value) {
					return "a claim of a token in the answer contains " + what, false
				}
			}
		}
		return "", true
	})
}

// shows reports whether a text contains value: plainly, with separators, or encoded together with what is around it.
func shows(text, value string) bool {
	return strings.Contains(text, value) || strings.Contains(unspaced(text), value) ||
		slices.ContainsFunc(encoded(value), func(form string) bool { return strings.Contains(text, form) }) || inBytes(value, text)
}

// encoded lists what stands in the base64 and in the hex of every text that contains value. In base64, it depends on the place
// in a group of three bytes; characters that hold bits of other bytes are left out.
func encoded(value string) []string {
	forms := []string{hex.EncodeToString([]byte(value))}
	for before := range 3 {
		text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat(" ", before) + value))
		forms = append(forms, text[(before*4+2)/3:(before+len(value))*4/3])
	}
	return forms
}

// unspaced removes what people put between the digits of a phone.
func unspaced(text string) string {
	plain := make([]byte, 0, len(text))
	for i := range len(text) {
		switch c := text[i]; c {
		case ' ', '-', '(', ')':
		default:
			plain = append(plain, c)
		}
	}
	return strings.ReplaceAll(string(plain), "\u00a0", "")
}

// jwtParts decodes the parts of everything in the text that looks like a JWT.
func jwtParts(text string) []string {
	const most, shortest = 16, 10 // tokens in one answer; characters of a header and of a payload
	var parts []string
	for tokens := 0; tokens < most; {
		dot := strings.IndexByte(text, '.')
		if dot < 0 {
			break
		}
		begins, size := dot, urlSafe(text[dot+1:])
		for begins > 0 && isURLSafe(text[begins-1]) {
			begins--
		}
		end := dot + 1 + size
		if dot-begins < shortest || size < shortest || end == len(text) || text[end] != '.' {
			text = text[dot+1:]
			continue
		}
		end += 1 + urlSafe(text[end+1:])
		for part := range strings.SplitSeq(text[begins:end], ".") {
			if raw, err := base64.RawURLEncoding.DecodeString(part); err == nil {
				parts = append(parts, string(raw))
			}
		}
		text = text[end:]
		tokens++
	}
	return parts
}

// urlSafe is how many characters of base64 for URLs a text begins with.
func urlSafe(text string) int {
	n := 0
	for n < len(text) && isURLSafe(text[n]) {
		n++
	}
	return n
}

func isURLSafe(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// BeClean holds when the answer contains no PAT of the request's Authorization field and nothing of the platform's internals.
func BeClean() Matcher {
	return answered("no PAT, stack trace, source path or SQL in a refusal", func(x assay.Exchange) (string, bool) {
		const most = 64 << 10 // of an answer; a legal one has a few KiB
		body := string(x.Response.Body[:min(len(x.Response.Body), most)])
		what := cmp.Or(secretIn(x, body), internalsIn(body, json.Valid(x.Response.Body)), internalsIn(headerText(x.Response.Header), false))
		return what, what == ""
	})
}

// secretIn names a PAT of the Authorization field that the answer contains; "" if none.
func secretIn(x assay.Exchange, body string) string {
	pats := slices.DeleteFunc(patsOf(x.Request), func(pat string) bool { return isPublic(x, pat) })
	seen := append(readings(body), headerText(x.Response.Header))
	for _, reading := range seen {
		for _, pat := range pats {
			if isIn(pat, reading) || inBase64(pat, reading) {
				return "the answer contains the PAT"
			}
		}
	}
	for _, reading := range seen {
		if slices.ContainsFunc(pats, func(pat string) bool { return isNearlyIn(pat, reading) }) {
			return "the answer contains the PAT but for a few characters"
		}
	}
	if slices.ContainsFunc(pats, func(pat string) bool { return inBytes(pat, unescape(body)) }) {
		return "the answer contains the PAT, as the numbers of its bytes"
	}
	return ""
}

// internalsIn names what the body or the header shows of the platform's internals; "" if nothing. A JSON text is searched
// only after decoding, because its escapes hide links.
func internalsIn(body string, isJSON bool) string {
	raw, decoded := decode(body, withoutLinks)
	if !isJSON {
		decoded = append([]string{raw}, decoded...)
	}
	for _, reading := range distinct(decoded) {
		low := strings.ToLower(reading)
		for _, inside := range insides() {
			if found := inside.find(reading, low); found != "" {
				return fmt.Sprintf("%s in the answer: %q", inside.name, shown([]byte(found)))
			}
		}
	}
	return ""
}

// headerText is every value of a header, one a line.
func headerText(header http.Header) string {
	var text strings.Builder
	for _, values := range header {
		for _, value := range values {
			text.WriteString(value + "\n")
		}
	}
	return text.String()
}

// isIn does not look for secrets that may occur by chance.
func isIn(secret, text string) bool {
	return len(secret) >= shortestSecret && strings.Contains(text, secret)
}

// isNearlyIn looks for a secret without a few characters at its end, its beginning or in the middle.
func isNearlyIn(secret, text string) bool {
	const few = 8
	half := len(secret) / 2
	return len(secret) >= 3*few && (strings.Contains(text, secret[:len(secret)-few]) || strings.Contains(text, secret[few:]) ||
		strings.Contains(text, secret[:half-few/2]) && strings.Contains(text, secret[half+few/2:]))
}

// inBase64 looks for a secret that the text has in base64, whatever stands around the secret there.
func inBase64(secret, text string) bool {
	const group = 3 // bytes that become 4 characters
	for skip := range group {
		if len(secret) < skip+2*shortestSecret {
			return false
		}
		whole := secret[skip:]
		whole = whole[:len(whole)/group*group]
		if strings.Contains(text, base64.RawStdEncoding.EncodeToString([]byte(whole))) || strings.Contains(text, base64.RawURLEncoding.EncodeToString([]byte(whole))) {
			return true
		}
	}
	return false
}

// patsOf lists what the Authorization field carries as a PAT, under any scheme.
func patsOf(request assay.Request) []string {
	pats := strings.FieldsFunc(request.Header.Get("Authorization"), func(r rune) bool { return strings.ContainsRune(" \t\"", r) })
	for _, pat := range pats {
		pats = append(pats, strings.TrimPrefix(pat, "Bearer"), strings.TrimPrefix(pat, "token="))
		if raw, err := base64.StdEncoding.DecodeString(pat); err == nil { // Basic: a name, a colon and the PAT
			_, password, _ := strings.Cut(string(raw), ":")
			pats = append(pats, password)
		}
	}
	return pats
}

// misplacedPATs lists what the request carries as a PAT in the query or in the body.
func misplacedPATs(request assay.Request) []string {
	var pats []string
	const most = 64 << 10 // of a body; a megabyte of filler holds no PAT
	envelope := assay.ReadEnvelope(request.Body[:min(len(request.Body), most)])
	address, err := url.Parse(request.URL)
	for _, name := range []string{"access_token", "token"} {
		if text, isText := assay.Text(envelope.Member(name)); isText {
			pats = append(pats, text)
		}
		if err == nil {
			pats = append(pats, address.Query().Get(name))
		}
	}
	return pats
}

// readings are the ways to read a text: as it is, and decoded in every way that makes another text of it.
func readings(text string) []string {
	raw, decoded := decode(text, func(text string) string { return text })
	return distinct(append([]string{raw}, decoded...))
}

// distinct removes the texts that came before: most answers have few escapes.
func distinct(texts []string) []string {
	kept := texts[:0]
	for _, text := range texts {
		if !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	return kept
}

// decode reads a text as it is and with its escapes undone: those of JSON strings, once and twice (a message may itself
// be JSON), and then those of HTML and of URLs. strip is applied to every reading before the next one is derived from
// it.
func decode(text string, strip func(string) string) (raw string, decoded []string) {
	raw = strip(text)
	once := strip(unescape(raw))
	return raw, []string{
		once,
		strip(unescape(once)),
		strip(undo('&', htmlEscape(), once, fromHTML)),
		strip(undo('%', urlEscape(), once, fromURL)),
	}
}

// withoutLinks removes URLs and links, in which a path is harmless.
func withoutLinks(text string) string {
	low := strings.ToLower(text)
	for _, link := range links() {
		if strings.Contains(low, link.needs) {
			text = link.pattern.ReplaceAllString(text, " ")
		}
	}
	return text
}
