package tamper

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"testing"
)

// TestShowsDigest: the digest of a phone is seen in every form, and neither one with a key nor that of a text.
func TestShowsDigest(t *testing.T) {
	const phone, id = "13300001111", "7f3c9a52-8a41-4c8e-9d15-0c8f8a3f1b77"
	five, one, two, long := md5.Sum([]byte(phone)), sha1.Sum([]byte(phone)), sha256.Sum256([]byte(phone)), sha512.Sum512([]byte(phone))
	sha3Sum := sha3.Sum256([]byte(phone))
	for _, code := range []string{
		hex.EncodeToString(five[:]) + ".q8h2", fmt.Sprintf("v1-%X", five), hex.EncodeToString(five[4:12]) + "Zk3", fmt.Sprintf("%x", one), fmt.Sprintf("1:%x", long),
		fmt.Sprintf("c-%08x-zz", crc32.ChecksumIEEE([]byte(phone))), base64.RawURLEncoding.EncodeToString(sha3Sum[:]),
		base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d", crc32.ChecksumIEEE([]byte(phone)))),
		base32.StdEncoding.EncodeToString(two[:]), base64.StdEncoding.EncodeToString(append([]byte("u:"), two[:]...)), base64.RawURLEncoding.EncodeToString([]byte(`{"u":"` + hex.EncodeToString(two[:]) + `"}`)),
	} {
		if ShowsDigest(code, phone) == "" {
			t.Errorf("%s: nothing seen", code)
		}
		if where := ShowsDigest(code, "13300001112"); where != "" {
			t.Errorf("%s shows another phone %s", code, where)
		}
	}
	keyed := hmac.New(sha256.New, []byte("a key of the platform's own"))
	_, _ = keyed.Write([]byte(phone))
	ofID := sha256.Sum256([]byte(id))
	for code, value := range map[string]string{
		hex.EncodeToString(keyed.Sum(nil)): phone, hex.EncodeToString(ofID[:]): id, hex.EncodeToString(two[:4]): phone, "": phone, hex.EncodeToString(two[:]): "",
	} {
		if where := ShowsDigest(code, value); where != "" {
			t.Errorf("%s: %s", code, where)
		}
	}
}
