package tamper

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"strings"
)

// ShowsDigest says how the digest of a number can be read from a code; "" if it cannot. There are so few phones that each one is
// found by its digest within seconds. A longer id, or one with letters, is not.
func ShowsDigest(code, number string) string {
	const longest = 15 // digits: every phone, and an id that can be counted through
	digits := strings.TrimPrefix(number, "+")
	if digits == "" || len(digits) > longest || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	five, one, two, long := md5.Sum([]byte(number)), sha1.Sum([]byte(number)), sha256.Sum256([]byte(number)), sha512.Sum512([]byte(number))
	for _, sum := range []struct {
		name  string
		bytes []byte
	}{{"MD5", five[:]}, {"half of an MD5", five[4:12]}, {"SHA-1", one[:]}, {"SHA-256", two[:]}, {"SHA-512", long[:]}} {
		small := hex.EncodeToString(sum.bytes)
		for _, form := range []string{small, strings.ToUpper(small), string(sum.bytes)} {
			if where := Shows(code, form); where != "" {
				return "as its " + sum.name + ", " + where
			}
		}
	}
	return ""
}
