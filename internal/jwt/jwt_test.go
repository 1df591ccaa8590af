package jwt_test

import (
	"encoding/base64"
	"testing"

	"github.com/unified-login/assay/internal/jwt"
)

func token(header, payload string) []byte {
	encode := base64.RawURLEncoding.EncodeToString
	return []byte(encode([]byte(header)) + "." + encode([]byte(payload)) + ".c2ln")
}

func TestSubject(t *testing.T) {
	for payload, want := range map[string]string{
		`{"sub":"a","id":"b"}`:             "a",
		`{"id":"b","userId":"d","uid":7}`:  "b",
		`{"sub":"","uid":7,"userId":"d"}`:  "7",
		`{"userId":"d\u0031"}`:             "d1",
		`{"user":{"sub":"x"},"aud":["y"]}`: "",
		`{"sub":null}`:                     "",
		`{"sub":"a"`:                       "a", // cut off
	} {
		read, ok := jwt.Read(token(`{"alg":"none"}`, payload))
		if got := read.Subject(); !ok || got != want {
			t.Errorf("%s: subject %q, %v, want %q", payload, got, ok, want)
		}
	}
}

func TestReadTellsOpaqueTokens(t *testing.T) {
	for _, text := range []string{"", "opaque", "a.b.c", "....", "a.b", string(token(`[]`, `{}`)), string(token(`{}`, `"x"`)), string(token(`{}`, `{}`)) + ".d"} {
		if _, ok := jwt.Read([]byte(text)); ok {
			t.Errorf("%q is read as a JWT", text)
		}
	}
}
