package jwt

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"hash"
)

// knownSecrets are what libraries and frameworks give for a secret in their documentation, their examples and their defaults.
func knownSecrets() []string {
	return []string{"", "secret", "Secret", "SECRET", "secretkey", "secretKey", "secret-key", "secret_key", "mysecret", "my-secret", "my_secret", "mySecretKey",
		"my-secret-key", "your-secret", "your_secret", "your-secret-key", "your_secret_key", "your-256-bit-secret", "your-384-bit-secret", "your-512-bit-secret",
		"a-string-secret-at-least-256-bits-long", "supersecret", "super-secret", "topsecret", "jwt", "jwtsecret", "jwt-secret", "jwt_secret", "JWT_SECRET", "jwtSecret",
		"key", "test", "token", "admin", "default", "password", "changeme", "changeit", "private", "example", "123456", "12345678", "123456789", "1234567890", "qwerty",
		"shhhhh", "AllYourBase", "gin-jwt", "secret-123", "abcdefghijklmnopqrstuvwxyz", "0123456789abcdef", "01234567890123456789012345678901"}
}

// KnownSecret reports whether a JWT is signed with one of the secrets that everybody knows from documentation and defaults, as it
// stands there or in base64, and of how many characters. Anybody can write such a token.
func KnownSecret(raw []byte) (length int, known bool) {
	raw = Bare(raw)
	signed, end := raw[:max(bytes.LastIndexByte(raw, '.'), 0)], raw[bytes.LastIndexByte(raw, '.')+1:]
	token, isJWT := Read(raw)
	signature := part(end)
	sum := hashOf(token.Header)
	if !isJWT || sum == nil || len(signature) != sum().Size() {
		return 0, false
	}
	for _, secret := range knownSecrets() {
		keys := [][]byte{[]byte(secret)}
		if decoded, err := base64.RawStdEncoding.DecodeString(secret); err == nil && len(decoded) > 0 { // as jjwt reads them
			keys = append(keys, decoded)
		}
		for _, key := range keys {
			mac := hmac.New(sum, key)
			_, _ = mac.Write(signed) // a hash never fails
			if hmac.Equal(mac.Sum(nil), signature) {
				return len(secret), true
			}
		}
	}
	return 0, false
}

// hashOf is the hash of the header's alg, where that is a MAC; nil otherwise.
func hashOf(header []byte) func() hash.Hash {
	var read struct {
		Alg string `json:"alg"`
	}
	if json.Unmarshal(header, &read) != nil {
		return nil
	}
	switch read.Alg {
	case "HS256":
		return sha256.New
	case "HS384":
		return sha512.New384
	case "HS512":
		return sha512.New
	}
	return nil
}
