package tamper

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	rand2 "crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"html"
	"math/big"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lenient reads a code as the most lenient of decoders: it undoes every escape, and keeps the letters and digits, and of
// the last one only the bits that decode to bytes.
func lenient(code string) string {
	code = unpadded(code)
	if len(code)%4 > 1 {
		raw, _ := base64.RawStdEncoding.DecodeString(code)
		return string(raw)
	}
	return code
}

// unpadded undoes every escape, and keeps the letters and digits in front of the padding.
func unpadded(code string) string {
	for range 2 {
		if once, err := url.PathUnescape(code); err == nil {
			code = once
		}
	}
	code = strings.ReplaceAll(html.UnescapeString(code), "<b></b>", "")
	code = regexp.MustCompile(`%u00(..)`).ReplaceAllStringFunc(code, func(escape string) string {
		raw, _ := url.PathUnescape("%" + escape[4:])
		return raw
	})
	if at := strings.IndexAny(code, "#?&;|,"); at > 0 {
		code = code[:at]
	}
	code = regexp.MustCompile(`\\u00(..)`).ReplaceAllStringFunc(code, func(escape string) string {
		raw, _ := url.PathUnescape("%" + escape[4:])
		return raw
	})
	code = strings.Map(func(r rune) rune {
		switch {
		case r >= '\uff01' && r <= '\uff5e':
			return r - '\uff00' + ' '
		case r >= '\u0660' && r <= '\u0669':
			return r - '\u0660' + '0'
		case r >= 0x121 && r <= 0x17e:
			return r - 0x100
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		}
		return r
	}, code)
	code, _, _ = strings.Cut(norm.NFKC.String(code), "=")
	code = strings.NewReplacer(" ", "", "+", "").Replace(code) // one may stand for the other
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (isAlphanumeric(byte(r)) || r == '/') {
			return r
		}
		return -1
	}, code)
}

// digitsOf reads a code in Crockford's base32.
func digitsOf(code string) string {
	return strings.NewReplacer("O", "0", "L", "1", "I", "1", "-", "").Replace(strings.ToUpper(code))
}

// numberOf reads a number in any digits.
func numberOf(code string) string {
	code, _, _ = strings.Cut(strings.ReplaceAll(code, "_", ""), ".")
	return strings.TrimLeft(strings.Map(func(r rune) rune {
		for _, zero := range []rune{'\u0660', '\u0966'} {
			if r >= zero && r <= zero+9 {
				return r - zero + '0'
			}
		}
		return r
	}, code), "+0")
}

// TestReadings: a JWT's signature has another form that verifies as well, and a tag is shortened.
func TestReadings(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand2.Reader)
	if err != nil {
		t.Fatal(err)
	}
	const signed = "eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiIxIn0"
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand2.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	code := signed + "." + base64.RawURLEncoding.EncodeToString(signature)
	found := false
	for _, spelling := range readings(code) {
		if spelling.Kind != "signature" {
			continue
		}
		found = true
		other, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(spelling.Code, signed+"."))
		if err != nil || spelling.Code == code || !ecdsa.Verify(&key.PublicKey, sum[:], new(big.Int).SetBytes(other[:32]), new(big.Int).SetBytes(other[32:])) {
			t.Errorf("%q does not verify", spelling.Code)
		}
	}
	if !found {
		t.Error("no other form of the signature")
	}
	front, tag := "bm9uY2U.c2VhbGVk.", base64.RawURLEncoding.EncodeToString([]byte("0123456789abcdef"))
	lengths := map[int]bool{}
	for _, spelling := range readings(front + tag) {
		short, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(spelling.Code, front))
		if err != nil || !strings.HasPrefix("0123456789abcdef", string(short)) {
			t.Errorf("%s: %q", spelling.Name, spelling.Code)
		}
		lengths[len(short)] = true
	}
	if !lengths[4] || !lengths[12] || lengths[16] {
		t.Errorf("tags of %v bytes", lengths)
	}
}

// TestSpellings: every spelling differs from the code, none occurs twice, and a lenient decoder reads it as the same code.
func TestSpellings(t *testing.T) {
	for code, want := range map[string][]string{
		"1drac2l7scWpT/tZtF4tA02llQ==":             {"with other padding bits", "without padding", "in the other base64 alphabet", "with further bytes in it"},
		"1drac2l7scWpTStZtF4tA02llZA":              {"with other padding bits", "with padding added", "in full-width characters"},
		"01hx3k9zq7m4":                             {"with letter case inverted", "with its digits full-width", "with the sign of kelvins for a letter k", "percent-encoded", "with a NUL behind it"},
		"AbC123":                                   {"with letter case inverted", "with its digits full-width", "with a newline behind it", "with a byte order mark in front"},
		"550e8400-e29b-41d4-a716-4466":             {"with a CR LF behind it"},
		"x":                                        {"with a space behind it"},
		"550e8400-e29b-41d4-a716-446655440000":     {"without hyphens", "in braces", "as a URN"},
		"550e8400e29b41d4a716446655440000":         {"with its digits in Arabic", "with the hyphens of a UUID"},
		"4730112233445566778899001122334455667788": {"with a zero in front", "with a plus sign in front", "in Arabic digits", "with an underscore between digits"},
		"01HX3K9ZQ7M4A0B1C2D3E4F5G6":               {"with letters O for zeros", "with letters L for ones", "with a hyphen in the middle"},
	} {
		for seed := range uint64(20) {
			seen := map[string]bool{code: true}
			names := map[string]bool{}
			for _, spelling := range Spellings(rand.New(rand.NewPCG(seed, 1)), code) {
				if seen[spelling.Code] || names[spelling.Name] && spelling.Always {
					t.Errorf("%s, %s: %q occurs twice", code, spelling.Name, spelling.Code)
				}
				seen[spelling.Code], names[spelling.Name] = true, true
				same := lenient(spelling.Code) == lenient(code)
				if oneCase(code) {
					same = strings.EqualFold(unpadded(spelling.Code), unpadded(code))
				}
				switch spelling.Kind {
				case "longer", "signature", "tag":
					same = true // TestReadings
				case "case", "letter":
					same = strings.EqualFold(spelling.Code, code)
				case "base32":
					same = digitsOf(spelling.Code) == digitsOf(code)
				case "front":
					same = strings.HasSuffix(spelling.Code, code)
				case "number":
					same = numberOf(spelling.Code) == code
				case "uuid":
					same = strings.ReplaceAll(strings.Trim(strings.TrimPrefix(spelling.Code, "urn:uuid:"), "{}"), "-", "") == strings.ReplaceAll(code, "-", "")
				}
				if !same {
					t.Errorf("%s, %s: %q is another code", code, spelling.Name, spelling.Code)
				}
			}
			for _, name := range want {
				if !names[name] {
					t.Errorf("%s is not spelled %q", code, name)
				}
			}
		}
	}
}

// TestSpellingsOfCase: letters that mean something change their case all together alone, and padding bits are changed only where there
// are any.
func TestSpellingsOfCase(t *testing.T) {
	for code, no := range map[string]string{"AbC123xY": "both cases", "550e8400e29b41d4a716446655440000": "other padding bits"} {
		for _, spelling := range Spellings(rand.New(rand.NewPCG(1, 1)), code) {
			if strings.Contains(spelling.Name, no) || spelling.Kind == "case" && spelling.Code != strings.Map(SwapCase, code) && !oneCase(code) {
				t.Errorf("%s, %s: %q", code, spelling.Name, spelling.Code)
			}
		}
	}
}

// TestNoNameShowsTheCode: names stand in reports.
func TestNoNameShowsTheCode(t *testing.T) {
	const code = "1drac2l7scWpTtetZtF4tA02llZegeLbJSxTYTUG6MmjBA2L3xewOk7IjSqY72ZNDsvWKU0r2EdLKcLqS82g0EKnDgE0uSu1REmvFpPIF8Y="
	for _, s := range Spellings(rand.New(rand.NewPCG(1, 2)), code) {
		if strings.Contains(s.Name, code[:8]) || strings.Contains(s.Name, code[len(code)-8:]) {
			t.Errorf("%q shows the code", s.Name)
		}
	}
}
