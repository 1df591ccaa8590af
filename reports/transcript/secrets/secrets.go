// Package secrets finds secrets in texts. A learnt secret is found anywhere, in any encoding: see index.go and view.go; one
// that was changed is found by its pieces: see loose.go. Others are found by their place, such as the member accessToken, or
// by their form, such as a JSON Web Token: see structure.go and json.go.
//
// Start with [Index.Find]. The package finds and does not replace, except for [Render]: package transcript does.
package secrets

import "slices"

// The kinds of secrets.
const (
	KindPAT    = "pat"
	KindCode   = "code"
	KindPhone  = "phone"
	KindToken  = "token"
	KindCookie = "cookie"
)

// MinSecret is the length of the shortest secret that an Index searches for, and MinPiece that of the shortest piece of a
// secret, in bytes.
const (
	MinSecret = keyBytes
	MinPiece  = pieceBytes
)

// A Place says which members of a text are secret.
type Place int

// The places.
const (
	Anywhere  Place = iota // phone and accessToken
	InRequest              // code as well
	InForm                 // as InRequest, in a body that may be a form
)

// InResponse is the place of a response's body, whose member code may be a status.
const InResponse = Anywhere

// A Span is the place of a secret in a text.
type Span struct {
	Start, End int
	// Kind and Value are of the secret; Value is decoded.
	Kind, Value string
	// Token replaces the secret; empty if it must still be made from Kind and Value.
	Token string
	// Encoded is set if the secret is escaped, percent-encoded, in base64 or in hex.
	Encoded bool
	// Changed is set if the secret was changed in another way: it is in upper case, say, or in pieces.
	Changed bool

	before, after string
}

// Find returns the secrets in text, in order and without overlaps. known is the structure of text; nil computes it. more are
// further spans, such as those of [Header].
func (x *Index) Find(text []byte, place Place, known *Structure, more ...Span) []Span {
	if known == nil {
		known = StructureOf(text, place)
	}
	found := slices.Clone(known.spans)
	for _, s := range more {
		found = append(found, span{s.Start, s.End, s.Kind, s.Value, s.Token, s.Encoded, s.Changed, s.before, s.after})
	}
	f := x.newFinder(text)
	found, enough := f.find(text, found, place)
	if !enough {
		return []Span{dropped(text)}
	}
	if len(found) == 0 {
		return nil
	}
	if known.json != nil {
		found = known.json.fit(found)
	}
	return public(merge(found))
}

// Token returns the token of a secret that was added; false for any other.
func (x *Index) Token(secret string) (string, bool) {
	token, known := x.tokens[secret]
	return token, known
}

// Spans are the secrets that the structure shows.
func (s *Structure) Spans() []Span { return public(s.spans) }

func public(spans []span) []Span {
	all := make([]Span, len(spans))
	for i, s := range spans {
		all[i] = Span{s.start, s.end, s.kind, s.value, s.token, s.encoded, s.changed, s.before, s.after}
	}
	return all
}

// Header finds the secrets in one value of a header: all credentials and cookies, and the parameters of URLs.
func Header(name, value string) []Span { return public(header(name, value)) }

// URL finds the credentials and the secret parameters of a URL.
func URL(text []byte) []Span { return public(append(userinfo(text), query(text)...)) }

// Query finds the secrets among the parameters of a form.
func Query(text []byte) []Span { return public(query(text)) }

// Render writes text with the token of every span in its place.
func Render(text []byte, spans []Span) []byte {
	out := make([]byte, 0, len(text))
	at := 0
	for _, s := range spans {
		out = append(append(out, text[at:s.Start]...), s.before+s.Token+s.after...)
		at = s.End
	}
	return append(out, text[at:]...)
}
