// Package transcript records every HTTP exchange of a run without its secrets: a PAT, a code, a phone number or an access token
// is replaced by a token such as ~code-3fa91c0b2e~, equal values by equal tokens.
//
// Start with [Redactor], which knows the secrets. [Writer] writes an exchange as a [Record], a line of transcript.jsonl; [Read]
// and [Record.Exchange] return exchanges that can be judged again; [Redactor.Reproduce] makes a command line of an exchange.
//
// Package secrets finds the secrets: a learnt value anywhere, in any encoding and in pieces, and whatever is in the places of
// secrets, such as the Authorization header or the member accessToken.
package transcript

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript/secrets"
)

// The kinds of secrets, as they show in tokens.
const (
	KindPAT    = secrets.KindPAT
	KindCode   = secrets.KindCode
	KindPhone  = secrets.KindPhone
	KindToken  = secrets.KindToken
	KindCookie = secrets.KindCookie
)

// tokenBytes of the keyed hash are in a token: among 5 000 secrets, two tokens collide once in 100 000 runs.
const tokenBytes = 5

// A Redactor replaces secrets with keyed tokens. It is safe for concurrent use.
type Redactor struct {
	key   []byte
	long  atomic.Int64 // bytes that are recorded of long bodies
	large atomic.Int64 // of large bodies that are not long, and of large headers

	mu     sync.RWMutex
	index  *secrets.Index
	public map[string]bool
}

// NewRedactor returns a redactor whose tokens depend on key. Without the key nobody can find the phone number of a token by
// trying all phone numbers. Runs pass nil, which means a random key.
func NewRedactor(key []byte) *Redactor {
	if key == nil {
		key = make([]byte, sha256.Size)
		_, _ = rand.Read(key) // never fails: it crashes the program instead
	}
	return &Redactor{key: bytes.Clone(key), index: secrets.New(), public: map[string]bool{}}
}

// Spare says that texts are public, such as the ID of a mini-program: they are not learnt as secrets from now on, although one of
// them is sent in the place of a code. What is a secret already stays one.
func (r *Redactor) Spare(texts ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, text := range texts {
		r.public[text] = true
	}
}

// Learn adds a secret of a kind, which is then found anywhere. A secret of fewer than 6 bytes is not searched for, because
// other texts would match it; it is redacted in the places of secrets only. A phone is also found by its digits alone. If a
// value is learnt with two kinds, the first one counts.
func (r *Redactor) Learn(kind, secret string) {
	r.learn(kind, secret)
	if kind == KindPhone {
		r.learn(kind, digits(secret))
	}
}

func (r *Redactor) learn(kind, secret string) {
	if len(secret) < secrets.MinSecret {
		return
	}
	r.mu.RLock()
	_, known := r.index.Token(secret)
	public := r.public[secret]
	r.mu.RUnlock()
	if known || public {
		return
	}
	token := r.hash(kind, secret)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.index.Add(kind, secret, token)
}

// Text returns s with its secrets replaced: everything learnt, JSON Web Tokens, the members phone and accessToken, and the
// credentials of an Authorization header. Every other byte stays as it is.
func (r *Redactor) Text(s string) string {
	found := r.find([]byte(s), secrets.Anywhere, nil)
	if len(found) == 0 {
		return s
	}
	return string(r.render([]byte(s), found))
}

// Bytes is [Redactor.Text] for bytes. It does not change b; if b has no secrets, it returns b itself.
func (r *Redactor) Bytes(b []byte) []byte {
	found := r.find(b, secrets.Anywhere, nil)
	if len(found) == 0 {
		return b
	}
	return r.render(b, found)
}

// hash returns the token of a secret.
func (r *Redactor) hash(kind, secret string) string {
	mac := hmac.New(sha256.New, r.key)
	_, _ = mac.Write([]byte(secret)) // a hash never fails
	return "~" + kind + "-" + hex.EncodeToString(mac.Sum(nil)[:tokenBytes]) + "~"
}

// find returns the secrets in text with their tokens: see secrets.Index.Find.
func (r *Redactor) find(text []byte, place secrets.Place, known *secrets.Structure, more ...secrets.Span) []secrets.Span {
	r.mu.RLock()
	defer r.mu.RUnlock()
	found := r.index.Find(text, place, known, more...)
	for i, s := range found {
		switch {
		case s.Token != "":
		case i > 0 && s.Kind == found[i-1].Kind && s.Value == found[i-1].Value: // a hostile text repeats itself
			found[i].Token = found[i-1].Token
		default:
			found[i].Token = r.token(s.Kind, s.Value)
		}
	}
	return found
}

// render writes text with tokens in place of the secrets. If one was changed, there may be more of it that is not understood:
// what still has a part of a secret is left out.
func (r *Redactor) render(text []byte, found []secrets.Span) []byte {
	redacted := secrets.Render(text, found)
	changed := slices.ContainsFunc(found, func(s secrets.Span) bool { return s.Changed })
	if !changed {
		return redacted
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.index.Leaks(redacted) {
		return []byte(secrets.Dropped)
	}
	return redacted
}

// token returns the token of a secret, which may have been learnt as another kind. The caller holds the lock.
func (r *Redactor) token(kind, value string) string {
	if token, known := r.index.Token(value); known {
		return token
	}
	return r.hash(kind, value)
}

// digest identifies a body that is cut. It is keyed, because a plain digest would let anybody test a guess at the secret in an
// otherwise known body.
func (r *Redactor) digest(body []byte) string {
	mac := hmac.New(sha256.New, r.key)
	_, _ = mac.Write(body) // a hash never fails
	return "hmac-sha256:" + hex.EncodeToString(mac.Sum(nil))
}

// mostLearnt is how many tokens and phones are learnt from one answer, besides those of the contract. Further ones are redacted
// in their places only.
const mostLearnt = 32

// learnExchange learns the secrets that an exchange itself names, and returns the structure of that part of the response's body
// that is recorded. It learns an access token that is too long to be an ordinary word, and the phone in data, which by declaration
// may be a token without a digit. A value longer than BodyLimit is redacted in its place only.
func (r *Redactor) learnExchange(x assay.Exchange, limit int) *secrets.Structure {
	if x.Code != nil {
		r.Learn(KindCode, x.Code.Code)
		r.Learn(KindPhone, x.Code.Phone)
	}
	if x.Response == nil {
		return nil
	}
	answer, learnt := secrets.StructureOf(beginning(x.Response.Body, limit), secrets.InResponse), 0
	for _, s := range answer.Spans() {
		switch {
		case learnt == mostLearnt || len(s.Value) > BodyLimit: // a target could fill the memory, because secrets are kept for the whole run
		case s.Kind == KindToken && len(s.Value) >= secrets.MinPiece:
			r.learn(KindToken, s.Value)
			learnt++
		case s.Kind == KindPhone && len(digits(s.Value)) >= secrets.MinSecret:
			r.Learn(KindPhone, s.Value)
			learnt++
		}
	}
	if token, _ := assay.Text(x.Response.Envelope().Data("accessToken")); len(token) >= secrets.MinPiece && len(token) <= BodyLimit {
		r.learn(KindToken, token)
	}
	phone, _ := assay.Text(x.Response.Envelope().Data("phone"))
	if len(phone) <= BodyLimit {
		r.Learn(KindPhone, phone)
	}
	return answer
}

func digits(s string) string {
	return strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, s)
}
