package tamper

import (
	"encoding/base64"
	"html"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode"
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
		case r >= 0x121 && r <= 0x17e:
			return r - 0x100
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		}
		return r
	}, code)
	code, _, _ = strings.Cut(code, "=")
	code = strings.NewReplacer(" ", "", "+", "").Replace(code) // one may stand for the other
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (isAlphanumeric(byte(r)) || r == '/') {
			return r
		}
		return -1
	}, code)
}

// TestSpellings: every spelling differs from the code, none occurs twice, and a lenient decoder reads it as the same code.
func TestSpellings(t *testing.T) {
	for code, want := range map[string][]string{
		"1drac2l7scWpT/tZtF4tA02llQ==": {"with other padding bits", "without padding", "in the other base64 alphabet", "with further bytes in it"},
		"1drac2l7scWpTStZtF4tA02llZA":  {"with other padding bits", "with padding added", "in full-width characters"},
		"01hx3k9zq7m4":                 {"with letter case inverted", "percent-encoded", "with a NUL behind it"},
		"AbC123":                       {"with a newline behind it", "with a byte order mark in front"},
		"550e8400-e29b-41d4-a716-4466": {"with a CR LF behind it"},
		"x":                            {"with a space behind it"},
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
				if !same && spelling.Kind != "longer" {
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

// TestSpellingsOfCase: letters that mean something keep their case, and padding bits are changed only where there are any.
func TestSpellingsOfCase(t *testing.T) {
	for code, no := range map[string]string{"AbC123xY": "case", "550e8400e29b41d4a716446655440000": "other padding bits"} {
		for _, spelling := range Spellings(rand.New(rand.NewPCG(1, 1)), code) {
			if spelling.Kind == no || strings.Contains(spelling.Name, no) {
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
