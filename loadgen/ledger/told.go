package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/identities"
	"github.com/unified-login/assay/internal/jwt"
	"github.com/unified-login/assay/internal/rawjson"
	"github.com/unified-login/assay/loadgen/codes"
)

const (
	// mostTold bounds the texts of a refusal that are compared, and mostPlain the bytes of one that is not a JSON object.
	mostTold, mostPlain = 256, 16 << 10
	// leastTold is how long a text is at least that names a user wherever it is.
	leastTold = 8
)

// told says what of the code's own user an answer that had to refuse names outside of the contract's place; "" for nothing. The rule is
// that of requirement envelope.no-identity: a member, header field or cookie that has the name of an identity and a value, or a text that
// the user was given before. What the request had may be an echo.
func (r Reader) told(x *Exchange, data assay.Exchange) string {
	named, inBody := r.bodyTexts(x, bytes.TrimPrefix(data.Response.Body, []byte("\xef\xbb\xbf")))
	if named == "" {
		named = r.toldBy(x.User, inBody)
	}
	if named != "" {
		return named + " in the body of a refusal"
	}
	if _, named = identities.InHeader(data.Response.Header, data.Sent); named == "" {
		named = r.toldBy(x.User, headerTexts(x, data.Response.Header))
	}
	if named != "" {
		return named + " in the header of a refusal"
	}
	return ""
}

// toldBy is the member of the user's own identity that one of some texts is; "" for none.
func (r Reader) toldBy(user *codes.User, said texts) string {
	if phone := user.Phone; len(phone) >= leastTold && said.has(phone) {
		return codes.Phone.String()
	}
	if member := r.Users.Told(user, said.all); member != 0 {
		return member.String()
	}
	return ""
}

// bodyTexts are the texts of a body, and the first member in it that has the name of an identity and a value; "" for none. The number of a
// support line does not count.
func (r Reader) bodyTexts(x *Exchange, body []byte) (named string, said texts) {
	said.request = x.Request.Body
	var around []string // the names of the arrays that are open, "" for an object
	reader := rawjson.NewReader(body)
	for reader.Next() {
		value, name := reader.Value, ""
		around = around[:reader.Depth]
		if reader.Name.End > reader.Name.Start {
			name = rawjson.Decode(reader.Content(reader.Name))
		} else if reader.Depth > 0 {
			name = around[reader.Depth-1]
		}
		switch value.Kind {
		case '{':
			around = append(around, "")
		case '[':
			around = append(around, name)
		case rawjson.String, rawjson.Number:
			text := rawjson.Decode(reader.Content(value))
			if named == "" && assay.Holds(body[value.Start:value.End]) {
				named = identities.Named(name)
				if named == codes.Phone.String() && r.Users.SupportLine(x.User, text) {
					named = ""
				}
			}
			said.add(text)
		}
	}
	if !reader.Whole() || len(around) == 0 && len(said.all) == 0 {
		said.add(string(body[:min(len(body), mostPlain)]))
	}
	return named, said
}

func headerTexts(x *Exchange, header http.Header) (said texts) {
	said.request = x.Request.Body
	for _, values := range header {
		for _, value := range values {
			said.add(value)
		}
	}
	return said
}

// texts are texts of an answer that may be ids, and parts of them.
type texts struct {
	request []byte
	all     [][]byte
	whole   []string // without what people put between the digits of a phone
}

// add adds a text, its parts, and what is encoded in them.
func (t *texts) add(text string) {
	if len(text) < leastTold || len(t.all) >= mostTold {
		return
	}
	t.plain(text)
	for _, piece := range append(pieces([]byte(text)), []byte(text)) {
		if token, isJWT := jwt.Read(piece); isJWT {
			for _, claim := range token.Claims() {
				t.one(bytes.Clone(claim))
			}
			continue
		}
		if len(piece) < leastTold || len(t.all) >= mostTold || bytes.Contains(t.request, piece) {
			continue
		}
		for _, decode := range decodings() {
			if raw, err := decode(strings.TrimRight(string(piece), "=")); err == nil && utf8.Valid(raw) {
				t.plain(string(raw))
			}
		}
	}
}

// decodings undo what a text may be encoded in.
func decodings() []func(string) ([]byte, error) {
	return []func(string) ([]byte, error){base64.RawStdEncoding.DecodeString, base64.RawURLEncoding.DecodeString, hexOf}
}

// hexOf undoes hex, with or without 0x.
func hexOf(text string) ([]byte, error) { return hex.DecodeString(strings.TrimPrefix(text, "0x")) }

// plain adds a text that is not encoded, and its parts.
func (t *texts) plain(text string) {
	t.whole = append(t.whole, strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", "\u00a0", "").Replace(text))
	t.one([]byte(text))
	for _, piece := range pieces([]byte(text)) {
		t.one(piece)
	}
}

// one adds a text, unless the request had it.
func (t *texts) one(text []byte) {
	if len(text) >= leastTold && len(t.all) < mostTold && !bytes.Contains(t.request, text) {
		t.all = append(t.all, text)
	}
}

// has reports whether a text contains a value that the request did not.
func (t *texts) has(value string) bool {
	if bytes.Contains(t.request, []byte(value)) {
		return false
	}
	for _, text := range t.whole {
		if strings.Contains(text, value) {
			return true
		}
	}
	return false
}

// pieces splits a text where ids may begin and end: as in an address or a cookie, and where anything else than a letter, a digit, _ or -
// of ASCII is.
func pieces(text []byte) [][]byte {
	return append(codes.Pieces(text), bytes.FieldsFunc(text, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})...)
}
