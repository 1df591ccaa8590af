// Package jwt reads JSON Web Tokens without a key, for what they say of their user.
package jwt

import (
	"bytes"
	"encoding/base64"

	"github.com/unified-login/assay/internal/rawjson"
)

// A Token is a JWT in its compact form, taken apart but not verified.
type Token struct {
	Header, Payload []byte // JSON objects
	Signature       []byte
}

// Read takes a JWT apart. It is false for every other text: an opaque token.
func Read(raw []byte) (Token, bool) {
	header, rest, _ := bytes.Cut(raw, []byte("."))
	payload, signature, isJWT := bytes.Cut(rest, []byte("."))
	if !isJWT || bytes.IndexByte(signature, '.') >= 0 {
		return Token{}, false
	}
	token := Token{Header: part(header), Payload: part(payload), Signature: part(signature)}
	return token, isObject(token.Header) && isObject(token.Payload)
}

// part decodes what can be read of a part.
func part(text []byte) []byte {
	text = bytes.TrimRight(text, "=")
	decoded := make([]byte, base64.RawURLEncoding.DecodedLen(len(text)))
	n, _ := base64.RawURLEncoding.Decode(decoded, text)
	return decoded[:n]
}

func isObject(text []byte) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	return len(text) > 0 && text[0] == '{'
}

// subjects are the claims that name the user, the most specific first.
func subjects() [4]string { return [4]string{"sub", "id", "uid", "userId"} }

// Subject is the value of the first claim of the payload that names the user: sub, or else id, uid or userId, as a string or
// a number. It is empty for a payload without them.
func (t Token) Subject() string {
	var found [4]string
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
