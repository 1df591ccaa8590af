package jwt_test

import (
	"encoding/base64"
	"strings"
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
		`{"username":"e","user_id":8}`:     "8",
		`{"user":"e","name":"f"}`:          "",
		`{"sub":"a"`:                       "a", // cut off
	} {
		read, ok := jwt.Read(token(`{"alg":"none"}`, payload))
		if got := read.Subject(); !ok || got != want {
			t.Errorf("%s: subject %q, %v, want %q", payload, got, ok, want)
		}
	}
}

// TestReadIsLenient: a token that some clients can read is no opaque one.
func TestReadIsLenient(t *testing.T) {
	const payload = `{"sub":"a","name":"?>?>?>"}` // with both characters that the alphabets differ in
	usual := string(token(`{"alg":"none"}`, payload))
	parts := strings.Split(usual, ".")
	padded := base64.StdEncoding.EncodeToString
	for _, text := range []string{
		usual, "Bearer " + usual, "bearer  " + usual, parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".",
		padded([]byte(`{"alg":"none"}`)) + "." + padded([]byte(payload)) + ".c2ln",
		base64.URLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".c2ln==",
	} {
		if read, ok := jwt.Read([]byte(text)); !ok || read.Subject() != "a" || string(read.Payload) != payload {
			t.Errorf("%s: payload %q, subject %q, %v", text, read.Payload, read.Subject(), ok)
		}
	}
}

func TestReadTellsOpaqueTokens(t *testing.T) {
	for _, text := range []string{"", "opaque", "a.b.c", "....", "a.b", "Bearer ", "Bearer opaque", string(token(`[]`, `{}`)), string(token(`{}`, `"x"`)), string(token(`{}`, `{}`)) + ".d"} {
		if _, ok := jwt.Read([]byte(text)); ok {
			t.Errorf("%q is read as a JWT", text)
		}
	}
}
