// Package jwt reads JSON Web Tokens without a key, for what they say of their user.
package jwt

import (
	"bytes"
	"encoding/base64"
	"iter"
	"slices"

	"github.com/unified-login/assay/internal/rawjson"
)

// A Token is a JWT in its compact form, taken apart but not verified.
type Token struct {
	Header, Payload []byte // JSON objects
	Signature       []byte
}

// Read takes a JWT apart as the most lenient of its readers does: behind the word Bearer, with padding, in the other alphabet of
// base64, and without the part of a signature. It is false for every other text: an opaque token.
func Read(raw []byte) (Token, bool) {
	header, rest, _ := bytes.Cut(Bare(raw), []byte("."))
	payload, signature, _ := bytes.Cut(rest, []byte("."))
	if bytes.IndexByte(signature, '.') >= 0 {
		return Token{}, false
	}
	token := Token{Header: part(header), Payload: part(payload), Signature: part(signature)}
	return token, isObject(token.Header) && isObject(token.Payload)
}

// Bare is a token without the word Bearer, which some platforms put in front of it.
func Bare(raw []byte) []byte {
	const scheme = "Bearer "
	if len(raw) > len(scheme) && bytes.EqualFold(raw[:len(scheme)], []byte(scheme)) {
		return bytes.TrimLeft(raw[len(scheme):], " ")
	}
	return raw
}

// part decodes what can be read of a part.
func part(text []byte) []byte {
	text = bytes.TrimRight(text, "=")
	if bytes.ContainsAny(text, "+/") {
		text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("+"), []byte("-")), []byte("/"), []byte("_"))
	}
	decoded := make([]byte, base64.RawURLEncoding.DecodedLen(len(text)))
	n, _ := base64.RawURLEncoding.Decode(decoded, text)
	return decoded[:n]
}

func isObject(text []byte) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	return len(text) > 0 && text[0] == '{'
}

// subjects are the claims that name the user, the most specific first: that of the standard, and what servers write instead.
func subjects() [8]string {
	return [8]string{"sub", "id", "uid", "userId", "user_id", "nameid", "user_name", "username"}
}

// Subject is the value of the first claim of the payload that names the user: sub, or else id, uid, userId and the like, as a
// string or a number. It is empty for a payload without them.
func (t Token) Subject() string {
	var found [8]string
	reader := rawjson.NewReader(t.Payload)
	for reader.Next() {
		if reader.Depth != 1 || reader.Value.Kind != rawjson.String && reader.Value.Kind != rawjson.Number {
			continue
		}
		name := rawjson.Decode(reader.Content(reader.Name))
		for i, subject := range subjects() {
			if name == subject {
				found[i] = rawjson.Decode(reader.Content(reader.Value))
			}
		}
	}
	for _, value := range found {
		if value != "" {
			return value
		}
	}
	return ""
}

// NamesUser reports whether a claim of this name names the user.
func NamesUser(claim []byte) bool {
	all := subjects()
	return slices.Contains(all[:], string(claim))
}

// Claims are the names and values of all strings and numbers of the payload, those inside other claims included, their escapes undone.
// They are valid for one step. An item of an array has no name.
func (t Token) Claims() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		reader := rawjson.NewReader(t.Payload)
		for reader.Next() {
			if reader.Value.Kind != rawjson.String && reader.Value.Kind != rawjson.Number {
				continue
			}
			value := reader.Content(reader.Value)
			if reader.Value.Kind == rawjson.String && !reader.Value.Plain() {
				value = []byte(rawjson.Decode(value))
			}
			if !yield(reader.Content(reader.Name), value) {
				return
			}
		}
	}
}
