package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const (
	shortest = 10 // the shortest text that is searched for, in bytes
	piece    = 16 // the length of the pieces of a long secret that count as secrets too
	long     = 48 // the least length of a secret with pieces
)

// secrets finds any of thousands of secrets in a text: plain, in base64 of both alphabets at any alignment, in hex, and each
// of these with the escapes of JSON, URLs and HTML. It shares no code with the redactor.
type secrets struct {
	known   map[string]bool
	filter  [1 << 18]uint64
	begin   map[string][]form // by their first bytes
	smaller string            // a secret that is too short to search for; empty without one
}

// A form is one encoding of a secret.
type form struct{ text, name string }

func newSecrets() *secrets { return &secrets{known: map[string]bool{}, begin: map[string][]form{}} }

func (s *secrets) add(secret string) {
	if secret == "" || s.known[secret] {
		return
	}
	s.known[secret] = true
	all := forms(secret)
	if len(secret) < shortest {
		if strings.Trim(secret, "0123456789") != "" {
			s.smaller = secret
			return
		}
		// Other numbers have the digits of a short phone by chance.
		all = []form{{`"phone":"` + secret + `"`, "as a member"}, {`"phone": "` + secret + `"`, "as a member"}}
	}
	for _, f := range all {
		bit := hashOf(f.text)
		s.filter[bit/64] |= 1 << (bit % 64)
		s.begin[f.text[:shortest]] = append(s.begin[f.text[:shortest]], f)
	}
}

func hashOf(text string) uint64 {
	return binary.LittleEndian.Uint64([]byte(text[:8])) * 0x9e3779b97f4a7c15 >> 40
}

func forms(secret string) []form {
	all := []form{
		{secret, "plain"}, {hex.EncodeToString([]byte(secret)), "hex"}, {strings.ToUpper(hex.EncodeToString([]byte(secret))), "hex"},
	}
	for shift := range 3 {
		before := make([]byte, shift)
		from, to := (shift*8+5)/6, (shift+len(secret))*8/6 // the characters that depend only on the secret
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			all = append(all, form{alphabet.EncodeToString(append(before, secret...))[from:to], "base64"})
		}
	}
	// The header of a JSON Web Token is the same in all tokens.
	if body := secret[strings.LastIndex(secret, ".")+1:]; len(body) >= long {
		for at := 0; at+piece <= len(body); at++ {
			all = append(all, form{body[at : at+piece], "in part"})
		}
	}
	return all
}

// in describes the place of a secret in text; "" without one.
func (s *secrets) in(text string) string {
	for level := range 4 {
		for i := 0; i+shortest <= len(text); i++ {
			bit := hashOf(text[i:])
			if s.filter[bit/64]&(1<<(bit%64)) == 0 {
				continue
			}
			for _, f := range s.begin[text[i:i+shortest]] {
				if strings.HasPrefix(text[i:], f.text) {
					around := text[max(0, i-60):min(len(text), i+len(f.text)+20)]
					return fmt.Sprintf("%s, unescaped %d times, line %d: …%q…", f.name, level, 1+strings.Count(text[:i], "\n"), around)
				}
			}
		}
		next := unescaped(text)
		if next == text {
			break
		}
		text = next
	}
	return ""
}

var escapes = regexp.MustCompile(`^(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\["\\/]|(?:%[0-9a-fA-F]{2})+|&#?[0-9a-zA-Z]+;)`)

// unescaped decodes one level of escapes. It matches the expression only where an escape can begin, as texts are long.
func unescaped(text string) string {
	var out strings.Builder
	for {
		i := strings.IndexAny(text, `\%&`)
		if i < 0 {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:i])
		text = text[i:]
		escape := escapes.FindString(text)
		if escape == "" {
			escape = text[:1]
			out.WriteString(escape)
		} else {
			out.WriteString(decoded(escape))
		}
		text = text[len(escape):]
	}
}

func decoded(escape string) string {
	switch {
	case escape[0] == '&':
		return html.UnescapeString(escape)
	case escape[0] == '%':
		plain, _ := url.PathUnescape(escape) // the expression matches only valid escapes
		return plain
	case len(escape) == 2:
		return escape[1:]
	default:
		c, _ := strconv.ParseUint(escape[2:], 16, 32)
		return string(rune(c))
	}
}

// The search finds a secret in every encoding.
func TestSecretsAreFound(t *testing.T) {
	s := newSecrets()
	for _, secret := range []string{"13800001111", "a+code/with=+every&thing<in>it\"\\", strings.Repeat("Ab3-", 20)} {
		s.add(secret)
		for shift := range 3 {
			padded := append(bytes.Repeat([]byte{'x'}, shift), secret+"yy"...)
			for _, text := range []string{
				secret, "a" + hex.EncodeToString(padded), strings.ToUpper(hex.EncodeToString(padded)), url.QueryEscape(secret), everyByte("%%%02x", secret),
				everyByte(`\u%04x`, secret), everyByte(`\u%04X`, secret), strconv.Quote(strconv.Quote(secret)), html.EscapeString(secret),
				base64.StdEncoding.EncodeToString(padded), base64.RawURLEncoding.EncodeToString(padded),
				url.QueryEscape(base64.StdEncoding.EncodeToString(padded)), everyByte("&#%d;", secret),
				everyByte(`\u%04x`, base64.StdEncoding.EncodeToString(padded)),
			} {
				if s.in("before "+text+" after") == "" {
					t.Errorf("%q is not found in %q", secret, text)
				}
			}
		}
	}
	if at := s.in("1380000111, a+code/with=+every, " + strings.Repeat("Ab3-", 3) + " %zz \\u12"); at != "" {
		t.Error("found a secret in a text without one:", at)
	}
}

func everyByte(format, text string) string {
	var out strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&out, format, text[i])
	}
	return out.String()
}

// everyForm returns a secret in every encoding that a careless program may use.
func everyForm(secret string) string { return strings.Join(carelessly(secret), " ") }

func carelessly(secret string) []string {
	return []string{
		secret, base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte("x" + secret)),
		base64.StdEncoding.EncodeToString([]byte("xy" + secret + "z")), hex.EncodeToString([]byte(secret)), url.QueryEscape(secret),
		everyByte("%%%02X", secret), everyByte(`\u%04x`, secret), strconv.Quote(secret), everyByte("&#x%x;", secret),
	}
}

// noted is a file of secrets, one on each line.
type noted struct{ file *os.File }

func (n noted) add(secrets ...string) {
	for _, secret := range secrets {
		if secret != "" {
			_, _ = fmt.Fprintln(n.file, secret) // the script that reads the file fails if a line is missing
		}
	}
}
