package tamper

import (
	"encoding/base64"
	"encoding/hex"
	"testing"
)

// TestShowsWritten: a text from its end or in UTF-16 is seen, and a number with two digits in a byte; no other text or number is.
func TestShowsWritten(t *testing.T) {
	const user, phone = "assay-1-17", "13300001111"
	encode := base64.RawURLEncoding.EncodeToString
	packed := func(digits string) string {
		raw, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		return encode(append([]byte{0x81, 0x92}, raw...))
	}
	for name, test := range map[string]struct{ code, value, other string }{
		"backwards":                       {"v1.71-1-yassa.9f86d081", user, "assay-1-18"},
		"backwards, encoded":              {encode([]byte("u:71-1-yassa;")), user, "assay-1-18"},
		"UTF-16, the high bytes in front": {encode([]byte("\x00a\x00s\x00s\x00a\x00y\x00-\x001\x00-\x001\x007")), user, "assay-1-18"},
		"UTF-16, the low bytes in front":  {encode([]byte("a\x00s\x00s\x00a\x00y\x00-\x001\x00-\x001\x007\x00")), user, "assay-1-18"},
		"two digits, filled behind":       {packed("13300001111f"), phone, "13300001122"},
		"two digits, filled in front":     {packed("013300001111"), phone, "13300001122"},
		"two digits, turned":              {packed("3103001011f1"), phone, "13300001122"},
		"two digits, with a plus":         {packed("8613300001111f"), "+8613300001111", "+8613300002211"},
		"ROT13":                           {"v1.nffnl-1-17.9f86", user, "assay-1-18"},
		"ROT13, encoded":                  {encode([]byte("u:nffnl-1-17;")), user, "assay-1-18"},
		"combined with a byte":            {encode(bytewise(user, func(b byte) byte { return b ^ 0x5a })), user, "assay-1-18"},
		"a number added":                  {encode(bytewise("v"+user, func(b byte) byte { return b + 200 })), user, "assay-1-18"},
	} {
		if Shows(test.code, test.value) == "" {
			t.Errorf("%s: %q shows nothing", name, test.code)
		}
		if where := Shows(test.code, test.other); where != "" {
			t.Errorf("%s: another one is shown %s", name, where)
		}
	}
}

// TestZerosAreNoNumber: a small number in binary form is not a phone of many zeros that is combined with something.
func TestZerosAreNoNumber(t *testing.T) {
	raw := append(make([]byte, 30), 1)
	if where := Shows(base64.RawURLEncoding.EncodeToString(raw), "00000000001"); where != "" {
		t.Errorf("seen %s", where)
	}
}

func bytewise(text string, change func(byte) byte) []byte {
	raw := []byte(text)
	for i, b := range raw {
		raw[i] = change(b)
	}
	return raw
}
