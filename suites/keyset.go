package suites

import (
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A keySet is the declared key set. RFC 7517 5 has a client ignore keys whose kind it does not know.
type keySet struct {
	known   jose.JSONWebKeySet
	ignored []string // IDs of keys
}

// UnmarshalJSON implements [json.Unmarshaler].
func (s *keySet) UnmarshalJSON(text []byte) error {
	var set struct {
		Keys *[]json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return err
	}
	if set.Keys == nil {
		return errors.New("it has no member keys")
	}
	for _, raw := range *set.Keys {
		var key jose.JSONWebKey
		if key.UnmarshalJSON(raw) == nil {
			s.known.Keys = append(s.known.Keys, key)
			continue
		}
		var named struct {
			KeyID string `json:"kid"`
		}
		_ = json.Unmarshal(raw, &named) // a key that is not an object has no ID
		s.ignored = append(s.ignored, named.KeyID)
	}
	return nil
}

// verifies reads the declared key set. An unsigned token, or one that anybody can sign, is judged by token.algorithm.
func (t *Trial) verifies() tokenRule {
	keys, err := fetchKeys(t.ctx, t.session, t.Declares().JWKS)
	for attempt := 0; attempt < maxAttempts && errors.Is(err, errKeysBusy) && t.pause(0, attempt); attempt++ {
		keys, err = fetchKeys(t.ctx, t.session, t.Declares().JWKS)
	}
	if err != nil {
		t.conclude(assay.Error, phrase.Say(phrase.KeySetBroken, err))
		keys = nil
	}
	told := false
	return tokenRule{"a signature that verifies under the declared key set, by kid", func(token token) (string, bool) {
		if keys == nil || !token.signed() {
			return "", true
		}
		if !keys.reads(token) {
			if !told {
				t.conclude(assay.Untested, phrase.Say(phrase.TokenUnread, token.algorithm))
			}
			told = true
			return "", true
		}
		return token.verify(keys)
	}}
}

// reads reports whether the signature of a token can be verified here: there are algorithms and curves beside those of RFC 7518.
func (s *keySet) reads(t token) bool {
	kid, _ := t.header["kid"].(string)
	known := t.algorithm == fullyEd25519 || slices.Contains(algorithms(), jose.SignatureAlgorithm(t.algorithm))
	return known && (len(s.known.Key(kid)) > 0 || !slices.Contains(s.ignored, kid))
}

// verify judges a token by the keys that have its kid, of which RFC 7517 4.5 allows one of each kind.
func (t token) verify(keys *keySet) (actual string, ok bool) {
	kid, _ := t.header["kid"].(string)
	candidates := keys.known.Key(kid)
	if len(candidates) == 0 {
		return fmt.Sprintf("no key %q", kid), false
	}
	for _, key := range candidates {
		if !key.IsPublic() {
			return fmt.Sprintf("the key set publishes the secret of the key %q", kid), false
		}
	}
	for _, key := range candidates {
		if !t.verifiesUnder(key) {
			continue
		}
		if public, isRSA := key.Key.(*rsa.PublicKey); isRSA && public.Size() < leastRSA/8 {
			return fmt.Sprintf("the key %q has %d bits, and RFC 7518 3.3 demands %d", kid, public.N.BitLen(), leastRSA), false
		}
		return "", true
	}
	return "it does not verify", false
}

// fullyEd25519 is the name that RFC 9864 gives to what EdDSA is with the usual curve.
const fullyEd25519 = "Ed25519"

func (t token) verifiesUnder(key jose.JSONWebKey) bool {
	if t.algorithm == fullyEd25519 {
		public, isEd25519 := key.Key.(ed25519.PublicKey)
		signed := t.raw[:max(0, strings.LastIndexByte(t.raw, '.'))]
		return isEd25519 && ed25519.Verify(public, []byte(signed), t.signature)
	}
	signed, err := jose.ParseSignedCompact(t.raw, algorithms())
	if err != nil {
		return false
	}
	_, err = signed.Verify(key)
	return err == nil
}

// leastRSA is how many bits an RSA key has at least. Keys of 512 bits are broken in hours, and those of 1024 by those who can afford it.
const leastRSA = 2048

func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
		jose.ES256, jose.ES384, jose.ES512, jose.EdDSA, jose.HS256, jose.HS384, jose.HS512}
}

// errKeysBusy is why a key set was not served for now.
var errKeysBusy = errors.New("answered status")

// fetchKeys reads the key set with the session's connections and bounds.
func fetchKeys(ctx context.Context, s *Session, address string) (*keySet, error) {
	response, err := s.client.Get(ctx, address)
	if err != nil {
		return nil, err
	}
	if slices.Contains([]int{http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}, response.Status) {
		return nil, fmt.Errorf("%s %w %d", address, errKeysBusy, response.Status)
	}
	if response.Status != http.StatusOK {
		return nil, fmt.Errorf("%s answered status %d", address, response.Status)
	}
	keys := new(keySet)
	if err := json.Unmarshal(response.Body, keys); err != nil {
		return nil, fmt.Errorf("%s holds no key set: %w", address, err)
	}
	return keys, nil
}
