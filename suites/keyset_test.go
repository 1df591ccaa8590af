package suites

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// TestKeySets: a key that cannot be read here is ignored, and one ID may be that of several keys.
func TestKeySets(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	const unread = `{"kty":"EC","crv":"SM2","kid":"sm2","x":"AA","y":"AA"}`
	own := encoded(t, jose.JSONWebKey{Key: public, KeyID: "1", Use: "sig"})
	twin := encoded(t, jose.JSONWebKey{Key: &other.PublicKey, KeyID: "1", Use: "sig"})
	secret := encoded(t, jose.JSONWebKey{Key: other, KeyID: "1", Use: "sig"})
	for name, test := range map[string]struct {
		keys, alg, kid string
		reads          bool
		actual         string
	}{
		"its key":                    {own, "EdDSA", "1", true, ""},
		"its key, by RFC 9864":       {own, "Ed25519", "1", true, ""},
		"beside unknown keys":        {unread + "," + own + `,"x",null`, "EdDSA", "1", true, ""},
		"behind a key of its ID":     {twin + "," + own, "Ed25519", "1", true, ""},
		"a key of its ID alone":      {twin, "Ed25519", "1", true, "it does not verify"},
		"no key of its ID":           {unread + "," + own, "EdDSA", "2", true, `no key "2"`},
		"a key that cannot be read":  {unread, "ES256", "sm2", false, ""},
		"an algorithm of its own":    {own, "SM2_SM3", "1", false, ""},
		"the secret of another kind": {own + "," + secret, "EdDSA", "1", true, `the key set publishes the secret of the key "1"`},
	} {
		var keys keySet
		if err := json.Unmarshal([]byte(`{"keys":[`+test.keys+`]}`), &keys); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		part := base64.RawURLEncoding.EncodeToString
		signed := part([]byte(`{"alg":"`+test.alg+`","kid":"`+test.kid+`"}`)) + "." + part([]byte("{}"))
		token, isJWT := readToken(signed + "." + part(ed25519.Sign(private, []byte(signed))))
		if !isJWT || keys.reads(token) != test.reads {
			t.Errorf("%s: a JWT %v, read %v", name, isJWT, !test.reads)
			continue
		}
		if !test.reads {
			continue
		}
		if actual, ok := token.verify(&keys); actual != test.actual || ok != (test.actual == "") {
			t.Errorf("%s: %v, %q", name, ok, actual)
		}
	}
	for _, broken := range []string{`{}`, `{"keys":null}`, `{"keys":{}}`, `[]`, `{"keys":[]`} {
		if err := json.Unmarshal([]byte(broken), new(keySet)); err == nil {
			t.Errorf("%s is no key set", broken)
		}
	}
}

func encoded(t *testing.T, key jose.JSONWebKey) string {
	t.Helper()
	raw, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(raw))
}
