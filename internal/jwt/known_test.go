package jwt_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"testing"

	"github.com/unified-login/assay/internal/jwt"
)

// TestKnownSecret: a token signed with a secret of the documentation is known, and no other one is.
func TestKnownSecret(t *testing.T) {
	encode := base64.RawURLEncoding.EncodeToString
	signed := func(alg string, sum func() hash.Hash, key string) []byte {
		text := encode([]byte(`{"alg":"`+alg+`"}`)) + "." + encode([]byte(`{"sub":"a"}`))
		mac := hmac.New(sum, []byte(key))
		_, _ = mac.Write([]byte(text))
		return []byte(text + "." + encode(mac.Sum(nil)))
	}
	for name, c := range map[string]struct {
		token  []byte
		length int
		known  bool
	}{
		"an example":              {signed("HS256", sha256.New, "secret"), 6, true},
		"an empty secret":         {signed("HS256", sha256.New, ""), 0, true},
		"another hash":            {signed("HS512", sha512.New, "your-512-bit-secret"), 19, true},
		"behind the word Bearer":  {append([]byte("Bearer "), signed("HS384", sha512.New384, "changeit")...), 8, true},
		"a secret of its own":     {signed("HS256", sha256.New, "k9f0Qm3vT1xWz8Lr"), 0, false},
		"the hash of another alg": {signed("HS256", sha512.New, "secret"), 0, false},
		"a signature of no MAC":   {signed("RS256", sha256.New, "secret"), 0, false},
		"no token":                {[]byte("secret"), 0, false},
		"nothing":                 {nil, 0, false},
	} {
		if length, known := jwt.KnownSecret(c.token); known != c.known || length != c.length {
			t.Errorf("%s: %d characters, %t; want %d, %t", name, length, known, c.length, c.known)
		}
	}
	twelve, err := base64.RawStdEncoding.DecodeString("12345678")
	if err != nil {
		t.Fatal(err)
	}
	if length, known := jwt.KnownSecret(signed("HS256", sha256.New, string(twelve))); !known || length != 8 {
		t.Errorf("a secret in base64: %d characters, %t", length, known)
	}
}
