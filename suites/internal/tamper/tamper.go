// Package tamper makes invalid requests, codes and tokens out of valid ones, and reads what a code shows.
//
// Start with [Mutate], which makes malformed requests, and [Change], which changes one place of a code.
package tamper

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"unicode"
)

// Changes is the number of places of a code that are changed, spread over its length.
const Changes = 16

// An encoding is a common encoding of codes and tokens.
type encoding struct {
	name   string
	decode func(string) ([]byte, error)
	encode func([]byte) string
}

func encodings() []encoding {
	of := func(name string, e *base64.Encoding) encoding {
		return encoding{name, e.Strict().DecodeString, e.EncodeToString}
	}
	return []encoding{
		{"as hex", hex.DecodeString, hex.EncodeToString},
		of("as base64", base64.StdEncoding),
		of("as unpadded base64", base64.RawStdEncoding),
		of("as base64url", base64.URLEncoding),
		of("as unpadded base64url", base64.RawURLEncoding),
	}
}

// Change changes the i-th of Changes places of a code: a bit of the decoded code if its encoding is known, so that
// the change is never one of padding bits only, otherwise one character for another of its class.
func Change(code string, i int) string {
	for _, encoding := range encodings() {
		raw, err := encoding.decode(code)
		if err != nil || len(raw) < 16 || encoding.encode(raw) != code || oneCase(code) && encoding.name != "as hex" {
			continue // letters of one case are base32 or an identifier
		}
		raw[i*(len(raw)-1)/(Changes-1)] ^= 1 << (i % 8)
		return encoding.encode(raw)
	}
	text := []byte(code)
	at := i * (len(text) - 1) / (Changes - 1)
	if at > 0 && inRun(code, at-1) && inRun(code, at) && !inRun(code, at+1) {
		at-- // the last base64 character of a part may hold only padding
	}
	text[at] = Neighbour(text[at])
	return string(text)
}

// Shorten takes bytes off the end of the decoded code if its encoding is known, or else characters. A code that has not as many
// stays the same.
func Shorten(code string, bytes int) string {
	for _, encoding := range encodings() {
		raw, err := encoding.decode(code)
		if err != nil || len(raw) < 16 || encoding.encode(raw) != code || oneCase(code) && encoding.name != "as hex" {
			continue
		}
		return encoding.encode(raw[:len(raw)-min(bytes, len(raw)-1)])
	}
	return code[:len(code)-min(bytes, len(code)-1)]
}

// inRun reports whether there is a base64 character, of either alphabet, at a place of the code.
func inRun(code string, at int) bool {
	return at < len(code) && (isAlphanumeric(code[at]) || strings.IndexByte("+/-_", code[at]) >= 0)
}

// InvertCase inverts the case of letters if the code has both cases. In a code of one case only, such as hex and base32,
// case has no meaning.
func InvertCase(code string) string {
	if strings.ToLower(code) == code || strings.ToUpper(code) == code {
		return code
	}
	return strings.Map(SwapCase, code)
}

// oneCase reports whether a code has letters of one case only and no character that only base64 has.
func oneCase(code string) bool {
	return (strings.ToLower(code) == code || strings.ToUpper(code) == code) && !strings.ContainsAny(code, "+/=_")
}

// Neighbour is another character of the same class.
func Neighbour(c byte) byte {
	switch {
	case c == 'z', c == 'Z', c == '9':
		return c - 1
	case c >= 'a' && c < 'z', c >= 'A' && c < 'Z', c >= '0' && c < '9':
		return c + 1
	default:
		return 'x'
	}
}

// Opposite is a character whose six bits in base64url differ from those of c in the first, which is never padding.
func Opposite(c byte) byte {
	const digits, half = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 32
	if at := strings.IndexByte(digits, c); at >= 0 {
		return digits[at^half]
	}
	return Neighbour(c)
}

// Reshape is a random text with the length and the character classes of text. It keeps to the digits of hex if text does.
func Reshape(random *rand.Rand, text string) string {
	letters := 26
	if strings.Trim(strings.ToLower(text), "0123456789abcdef-") == "" {
		letters = 6
	}
	other := []byte(text)
	for i, c := range other {
		switch {
		case c >= 'a' && c <= 'z':
			other[i] = 'a' + byte(random.IntN(letters))
		case c >= 'A' && c <= 'Z':
			other[i] = 'A' + byte(random.IntN(letters))
		case c >= '0' && c <= '9':
			other[i] = '0' + byte(random.IntN(10))
		}
	}
	return string(other)
}

// Shows says how value can be read from a code: plainly or in common encodings, nested and compressed ones included; ""
// if it cannot. Values that may occur by chance are not looked for.
func Shows(code, value string) string {
	const shortest = 4
	if len(value) < shortest {
		return ""
	}
	if strings.Contains(code, value) && !byChance(code, value) {
		return "plainly"
	}
	if back := backwards(value); strings.Contains(code, back) && !byChance(code, back) {
		return "backwards"
	}
	if other := rotated(value); other != value && strings.Contains(code, other) && !byChance(code, other) {
		return "with its letters rotated by 13"
	}
	return showsInside(code, value, deepest)
}

// deepest is how many encodings are undone, one inside the other.
const deepest = 3

// readable lists the encodings that are undone. Base58, which takes long, is the outermost or none.
func readable(outermost bool) []encoding {
	if outermost {
		return append(encodings(), asBase32(), asBase58())
	}
	return append(encodings(), asBase32())
}

// showsInside undoes an encoding and searches the result.
func showsInside(code, value string, depth int) string {
	for _, part := range parts(code) {
		for _, encoding := range readable(depth == deepest) {
			raw, err := encoding.decode(part)
			if err != nil {
				continue
			}
			for how, text := range map[string][]byte{"": raw, ", compressed": inflated(raw)} {
				if bytes.Contains(text, []byte(value)) {
					return encoding.name + how
				}
				if where := written(text, value); where != "" {
					return encoding.name + how + where
				}
				if holdsNumber(text, value) {
					return encoding.name + how + ", as a binary number"
				}
				if depth > 1 && isWritten(text) {
					if where := showsInside(string(text), value, depth-1); where != "" {
						return encoding.name + how + ", and inside it " + where
					}
				}
			}
		}
	}
	return ""
}

// isWritten reports whether decoded bytes may be encoded text themselves: random bytes hardly ever are.
func isWritten(text []byte) bool {
	return len(text) > 0 && !bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// asBase32 is read in either case, with or without padding.
func asBase32() encoding {
	plain := base32.StdEncoding.WithPadding(base32.NoPadding)
	return encoding{"as base32", func(text string) ([]byte, error) {
		return plain.DecodeString(strings.ToUpper(strings.TrimRight(text, "=")))
	}, plain.EncodeToString}
}

// parts are the code, its runs between characters that no encoding uses, such as the parts of a JWT, and its runs of
// letters and digits.
func parts(code string) []string {
	all := append([]string{code}, strings.FieldsFunc(code, func(r rune) bool { return strings.ContainsRune(".:,;|~$!@ ", r) })...)
	return append(all, strings.FieldsFunc(code, func(r rune) bool { return r > 'z' || !isAlphanumeric(byte(r)) })...)
}

// byChance reports whether a random code with the same characters would contain value so often that it proves nothing.
func byChance(code, value string) bool {
	const rare = 1e5 // one code in that many
	choices := min(characters(code), characters(value))
	return float64(len(code))*rare > math.Pow(choices, float64(len(value)))
}

// characters is the size of the alphabet of a text: digits, hex, one case, or base64.
func characters(text string) float64 {
	switch lower := strings.ToLower(text); {
	case strings.Trim(text, "0123456789-") == "":
		return 10
	case strings.Trim(lower, "0123456789abcdef-") == "":
		return 16
	case lower == text || strings.ToUpper(text) == text:
		return 36
	default:
		return 64
	}
}

// inflated is the decompressed form of gzip or zlib data, up to a bound; nil for anything else.
func inflated(raw []byte) []byte {
	const most = 1 << 20
	var reader io.Reader
	if unzip, err := gzip.NewReader(bytes.NewReader(raw)); err == nil {
		reader = unzip
	} else if inflate, err := zlib.NewReader(bytes.NewReader(raw)); err == nil {
		reader = inflate
	} else {
		return nil
	}
	text, _ := io.ReadAll(io.LimitReader(reader, most)) // the beginning is enough
	return text
}

// SwapCase inverts the case of a letter.
func SwapCase(r rune) rune {
	if unicode.IsUpper(r) {
		return unicode.ToLower(r)
	}
	return unicode.ToUpper(r)
}
