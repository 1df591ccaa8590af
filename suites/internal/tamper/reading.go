package tamper

import (
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"regexp"
	"strings"
)

// readings write a code in the other ways that the reader of its format takes: of a number, a UUID, base32 as Crockford writes it, a
// signature and an authentication tag.
func readings(code string) []Spelling {
	var all []Spelling
	for _, of := range []func(string) []Spelling{numerals, uuids, crockford, signatures, tags} {
		all = append(all, of(code)...)
	}
	return all
}

// numerals write a code of digits as one reads a number: with a sign, with zeros in front, in groups and in other digits.
func numerals(code string) []Spelling {
	if strings.Trim(code, "0123456789") != "" || len(code) < 2 {
		return nil
	}
	const arabic, devanagari = '\u0660', '\u0966'
	in := func(zero rune) string {
		return strings.Map(func(r rune) rune { return r - '0' + zero }, code)
	}
	return []Spelling{
		{"number", "with a zero in front", "0" + code, true},
		{"number", "with a plus sign in front", "+" + code, true},
		{"number", "with an underscore between digits", code[:1] + "_" + code[1:], true},
		{"number", "with a decimal point and a zero behind it", code + ".0", true},
		{"number", "in Arabic digits", in(arabic), true},
		{"number", "in Devanagari digits", in(devanagari), false},
	}
}

// uuids write a UUID in the forms that RFC 9562 and libraries know.
func uuids(code string) []Spelling {
	if !regexp.MustCompile(`(?i)^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$`).MatchString(code) {
		return nil
	}
	bare := strings.ReplaceAll(code, "-", "")
	parted := bare[:8] + "-" + bare[8:12] + "-" + bare[12:16] + "-" + bare[16:20] + "-" + bare[20:]
	return []Spelling{
		{"uuid", "without hyphens", bare, true},
		{"uuid", "with the hyphens of a UUID", parted, true},
		{"uuid", "in braces", "{" + parted + "}", true},
		{"uuid", "as a URN", "urn:uuid:" + parted, true},
	}
}

// crockford writes a code in Crockford's base32 with the letters that stand for digits there, and with hyphens.
func crockford(code string) []Spelling {
	if !oneCase(code) || strings.Trim(strings.ToUpper(code), "0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" || len(code) < 2 {
		return nil
	}
	zero, one := "O", "L"
	if strings.ToLower(code) == code {
		zero, one = "o", "l"
	}
	return []Spelling{
		{"base32", "with letters O for zeros", strings.ReplaceAll(code, "0", zero), true},
		{"base32", "with letters L for ones", strings.ReplaceAll(code, "1", one), true},
		{"base32", "with a hyphen in the middle", code[:len(code)/2] + "-" + code[len(code)/2:], true},
	}
}

// signatures write the signature of a JWT by an elliptic curve in its other form: where s is valid, so is the order less s.
func signatures(code string) []Spelling {
	parts := strings.Split(code, ".")
	const three = 3
	if len(parts) != three {
		return nil
	}
	var header struct {
		Alg string `json:"alg"`
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || json.Unmarshal(raw, &header) != nil {
		return nil
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	curve := map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()}[header.Alg]
	if err != nil || curve == nil || len(signature) != 2*((curve.Params().BitSize+7)/8) {
		return nil
	}
	half := len(signature) / 2
	s := new(big.Int).Sub(curve.Params().N, new(big.Int).SetBytes(signature[half:]))
	if s.Sign() <= 0 {
		return nil
	}
	s.FillBytes(signature[half:])
	other := parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(signature)
	return []Spelling{{"signature", "with the other form of its signature", other, true}}
}

// tags shorten the authentication tag of a code, in its last part or at its end: some libraries verify as much of a tag as there is.
func tags(code string) []Spelling {
	const tag = 16
	part := code[1+strings.LastIndexAny(code, ".:~"):]
	if part == code {
		if short := Shorten(code, tag-4); len(code) > 2*tag && short != code {
			return []Spelling{{"tag", "with 4 of the last 16 bytes", short, true}}
		}
		return nil
	}
	for _, encoding := range encodings() {
		raw, err := encoding.decode(part)
		if err != nil || len(raw) < tag || encoding.encode(raw) != part {
			continue
		}
		front := strings.TrimSuffix(code, part)
		return []Spelling{
			{"tag", "with 4 bytes of its last part", front + encoding.encode(raw[:4]), true},
			{"tag", "with 8 bytes of its last part", front + encoding.encode(raw[:8]), false},
			{"tag", "with 12 bytes of its last part", front + encoding.encode(raw[:12]), true},
			{"tag", "with 15 bytes of its last part", front + encoding.encode(raw[:15]), false},
		}
	}
	return nil
}
