// Package canary has secrets of every form that a vendor may choose, and the ways in which a careless program may repeat one:
// for the tests that no output has a secret. It shares no code with the redactor.
package canary

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
)

// minimum is the length of the shortest part that counts, in bytes: shorter ones are in ordinary texts.
const minimum = 6

// Between is what the change "halved" writes between the halves.
const Between = " and the other half is "

// Secrets are secrets of every form that a vendor may choose for a PAT.
func Secrets() map[string]string {
	return map[string]string{
		"quotes":      `pat'9f1c"Jk2Qz'77secret"value'8`,
		"backslash":   `pat\9f1c\Jk2Qz77\\secretvalue8\`,
		"percent":     `pat%9f1cJk%41Qz77secret%value%8`,
		"CJK":         "令牌七八九零一二三四五六甲乙丙丁",
		"emoji":       "🔑pat9f1c🗝Jk2Qz77🔒secretvalue8🔓",
		"spaces":      "pat 9f1c Jk2Qz77 secret value 8x",
		"two":         "q7",
		"kilobytes":   strings.Repeat("pat9f1cJk2Qz77/", 136) + "2048end0",
		"common word": "correcthorse",
		"URL":         "https://user9f1c:Jk2Qz77secret@vault.example/pat/value8",
		"JSON":        `{"pat":"9f1cJk2Qz77","secret":["value8",77]}`,
		"base64":      "cGF0OWYxY0prMlF6Nzdz+WNyZXR2/Wx1ZTg=",
		"digits":      "90318842761530972846",
	}
}

// Changes are the ways in which a careless program may write a secret.
func Changes() map[string]func(string) string {
	every := func(format string) func(string) string {
		return func(s string) string {
			var out strings.Builder
			for i := range len(s) {
				fmt.Fprintf(&out, format, s[i])
			}
			return out.String()
		}
	}
	wide := func(order binary.AppendByteOrder) func(string) string {
		return func(s string) string {
			var out []byte
			for _, unit := range utf16.Encode([]rune(s)) {
				out = order.AppendUint16(out, unit)
			}
			return string(out)
		}
	}
	plain64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return map[string]func(string) string{
		"plain": func(s string) string { return s }, "upper": strings.ToUpper, "lower": strings.ToLower,
		"base64": plain64, "base64url": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("u:" + s)) },
		"base64 twice": func(s string) string { return plain64(plain64(s)) }, "base64 thrice": func(s string) string { return plain64(plain64(plain64(s))) },
		"base32":       func(s string) string { return base32.StdEncoding.EncodeToString([]byte(s)) },
		"base32 lower": func(s string) string { return strings.ToLower(base32.StdEncoding.EncodeToString([]byte("x" + s))) },
		"hex":          func(s string) string { return hex.EncodeToString([]byte(s)) }, "hex in base64": func(s string) string { return plain64(hex.EncodeToString([]byte(s))) },
		"gzip in base64": func(s string) string { return plain64(packed(gzipped, "trace: "+s)) },
		"zlib in base64": func(s string) string { return plain64(packed(zipped, s+" was sent")) },
		"gzip in hex":    func(s string) string { return hex.EncodeToString([]byte(packed(gzipped, s))) },
		"UTF-16LE":       wide(binary.LittleEndian), "UTF-16BE": wide(binary.BigEndian),
		"UTF-16 in base64": func(s string) string { return plain64(wide(binary.LittleEndian)(s)) },
		"reversed":         reversed, "reversed in base64": func(s string) string { return plain64(reversed(s)) },
		"grouped": func(s string) string { return grouped(s, 4, " ") }, "dashed": func(s string) string { return grouped(s, 3, "-") },
		"lines": func(s string) string { return grouped(s, 7, "\r\n ") }, "spelled": func(s string) string { return grouped(s, 1, `", "`) },
		"halved":  func(s string) string { return s[:len(s)/2] + Between + s[len(s)/2:] },
		"percent": every("%%%02x"), "percent twice": func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
		"JSON escapes": func(s string) string {
			var out strings.Builder
			for _, unit := range utf16.Encode([]rune(s)) {
				fmt.Fprintf(&out, `\u%04x`, unit)
			}
			return out.String()
		},
		"JSON": func(s string) string { quoted, _ := json.Marshal(s); return string(quoted) },
		"HTML": html.EscapeString, "HTML, hex": every("&#x%x;"), "form": url.QueryEscape, "Go": func(s string) string { return fmt.Sprintf("%+q", s) },
		"upper in JSON": func(s string) string { quoted, _ := json.Marshal(strings.ToUpper(s)); return string(quoted) },
	}
}

func gzipped(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
func zipped(w io.Writer) io.WriteCloser  { return zlib.NewWriter(w) }

// packed compresses a text.
func packed(by func(io.Writer) io.WriteCloser, s string) string {
	var out bytes.Buffer
	w := by(&out)
	_, _ = io.WriteString(w, s) // a buffer takes everything
	_ = w.Close()
	return out.String()
}

func reversed(s string) string {
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}

func grouped(s string, size int, between string) string {
	var groups []string
	for group := range slices.Chunk([]rune(s), size) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, between)
}

// Readable reports whether a quarter of the changed secret, or of the secret, is in text.
func Readable(text, changed, secret string) bool {
	for _, s := range []string{changed, secret} {
		size := max(minimum, len(s)/4)
		for at := 0; at+size <= len(s); at++ {
			if strings.Contains(text, s[at:at+size]) {
				return true
			}
		}
	}
	return false
}
