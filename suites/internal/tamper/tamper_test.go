package tamper

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

func randomBytes(random *rand.Rand, n int) []byte {
	raw := make([]byte, n)
	for i := range raw {
		raw[i] = byte(random.Uint32())
	}
	return raw
}

// forms are common formats of codes, for any raw content.
func forms() map[string]func([]byte) string {
	url := base64.RawURLEncoding.EncodeToString
	return map[string]func([]byte) string{
		"base64": base64.StdEncoding.EncodeToString, "unpadded base64": base64.RawStdEncoding.EncodeToString,
		"base64url": base64.URLEncoding.EncodeToString, "unpadded base64url": url, "hex": hex.EncodeToString,
		"capital hex":            func(raw []byte) string { return strings.ToUpper(hex.EncodeToString(raw)) },
		"base32":                 base32.StdEncoding.EncodeToString,
		"a JWT":                  func(raw []byte) string { return "eyJhbGciOiJkaXIifQ." + url(raw) + "." + url(raw[1:]) },
		"a version and base64":   func(raw []byte) string { return "v1." + base64.StdEncoding.EncodeToString(raw) },
		"a prefix and base64url": func(raw []byte) string { return "lc:" + url(raw) },
		"a handle":               func(raw []byte) string { return "h-" + hex.EncodeToString(raw)[:11] },
		"digits": func(raw []byte) string {
			return strings.Trim(strings.Repeat("0", 3)+hex.EncodeToString(raw), "abcdef") + "7"
		},
		"a UUID": func(raw []byte) string {
			h := hex.EncodeToString(raw[:16])
			return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
		},
	}
}

// meaning is a code as the most lenient decoder reads it: the bytes of its base64 parts, without padding bits; or its
// letters, case-insensitively if it has only one case.
func meaning(code string) string {
	if strings.ToLower(code) == code || strings.ToUpper(code) == code {
		return strings.ToLower(code)
	}
	var all []string
	for _, part := range strings.FieldsFunc(code, func(r rune) bool { return strings.ContainsRune(".:=", r) }) {
		std := strings.NewReplacer("-", "+", "_", "/").Replace(part)
		raw, err := base64.RawStdEncoding.DecodeString(std)
		if err != nil {
			all = append(all, part)
			continue
		}
		all = append(all, string(raw))
	}
	return strings.Join(all, "|")
}

// TestTampered: each place is a different change, none leaves the code as it was, and none changes only padding bits.
func TestTampered(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, write := range forms() {
		for length := 16; length < 100; length++ {
			code := write(randomBytes(random, length))
			seen := map[string]bool{}
			for i := range Changes {
				changed := Change(code, i)
				if changed == code || meaning(changed) == meaning(code) || len(changed) != len(code) {
					t.Fatalf("%s: change %d of %q gives %q", name, i, code, changed)
				}
				seen[changed] = true
			}
			if len(seen) < min(Changes, len(code))/2 {
				t.Errorf("%s: %d different changes of %q", name, len(seen), code)
			}
		}
	}
}

func TestTamperedOddCodes(t *testing.T) {
	for _, code := range []string{"x", "z", "--", "a=", "Zz9", "1234", "用", "A.B.C", "..", "a+"} {
		for i := range Changes {
			if changed := Change(code, i); changed == code {
				t.Errorf("change %d of %q changes nothing", i, code)
			}
		}
	}
}

func packed(pack func(io.Writer) io.WriteCloser, text string) []byte {
	var all bytes.Buffer
	w := pack(&all)
	_, _ = io.WriteString(w, text) // a buffer never fails
	_ = w.Close()
	return all.Bytes()
}

// TestShows: a code that is only encoded shows who is signed in, in any encoding.
func TestShows(t *testing.T) {
	const user = "assay-1-17"
	text := `{"userId":"` + user + `","phone":"13300001111"}`
	zip := packed(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, text)
	inflate := packed(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, text)
	codes := map[string]string{"plainly": "code:" + user + ":9f86d081"}
	for _, encoding := range readable(true) {
		for _, inner := range append(encodings(), asBase32()) {
			codes[encoding.name+" of "+inner.name] = encoding.encode([]byte(inner.encode([]byte(text))))
			codes[encoding.name+" of a part "+inner.name] = encoding.encode([]byte("1." + inner.encode([]byte(text)) + ".x"))
		}
		codes[encoding.name] = encoding.encode([]byte(text))
		codes[encoding.name+", after a prefix"] = "v1." + encoding.encode([]byte(text))
		codes[encoding.name+", after a colon"] = "lc:" + encoding.encode([]byte(text))
		codes[encoding.name+", gzip"] = encoding.encode(zip)
		codes[encoding.name+", zlib"] = encoding.encode(inflate)
	}
	codes["a JWT"] = "eyJhbGciOiJIUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(text)) + ".c2lnbmF0dXJl"
	codes["hex after an underscore"] = "lc_" + hex.EncodeToString([]byte(text))
	for name, code := range codes {
		if Shows(code, user) == "" {
			t.Errorf("%s: %q shows nothing", name, code)
		}
		if where := Shows(code, "assay-1-18"); where != "" {
			t.Errorf("%s: somebody else is shown %s", name, where)
		}
	}
}

// TestShowsNumbers: a number in binary form is seen, in whichever of the usual forms, and no other number is.
func TestShowsNumbers(t *testing.T) {
	const phone = 13300001111
	for name, raw := range map[string][]byte{
		"big endian":    binary.BigEndian.AppendUint64([]byte("\x01"), phone),
		"little endian": binary.LittleEndian.AppendUint64([]byte("\x01"), phone),
		"a varint":      binary.AppendUvarint([]byte("\x08"), phone),
		"five bytes":    append(binary.BigEndian.AppendUint64(nil, phone)[3:], "nonce"...),
	} {
		for _, encoding := range append(encodings(), asBase58()) {
			code := encoding.encode(append(raw, 0x7f, 0x33))
			if Shows(code, "+133-0000-1111") == "" {
				t.Errorf("%s %s: %q shows nothing", name, encoding.name, code)
			}
			if where := Shows(code, "13300001112"); where != "" {
				t.Errorf("%s %s: another number is shown %s", name, encoding.name, where)
			}
		}
	}
}

// TestShowsNothing: random codes show nothing by chance, whatever is looked for.
func TestShowsNothing(t *testing.T) {
	values := []string{"u-1", "1234", "123456", "acme", "finclip", "assay-1-17", "13300001111", "用户", "A1b2", ""}
	for name, write := range forms() {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(3, 4))
			for range 100 {
				code := write(randomBytes(random, 16+random.IntN(80)))
				for _, value := range values {
					if where := Shows(code, value); where != "" {
						t.Errorf("%q shows %q %s", code, value, where)
					}
				}
			}
		})
	}
}

// TestTamperedBase32: in a code of one case a character is changed, not a bit of the code read as base64, which a
// case-insensitive decoder may read as the same code.
func TestTamperedBase32(t *testing.T) {
	const code = "01hx3k9zq7m4v8w2c5d6e7f0g1h2j3k4"
	for i := range Changes {
		changed := Change(code, i)
		differ := 0
		for at := range code {
			if changed[at] != code[at] {
				differ++
			}
		}
		if len(changed) != len(code) || differ != 1 || strings.ToLower(changed) != changed {
			t.Errorf("change %d: %s", i, changed)
		}
	}
}

// TestOpposite: the last character of a text in base64 may hold up to four bits of padding, and the text still decodes to another.
func TestOpposite(t *testing.T) {
	for size := range 3 {
		plain := make([]byte, size+1)
		text := base64.RawURLEncoding.EncodeToString(plain)
		last := len(text) - 1
		other := text[:last] + string(Opposite(text[last]))
		if decoded, err := base64.RawURLEncoding.DecodeString(other); err != nil || bytes.Equal(decoded, plain) {
			t.Errorf("%s and %s decode alike: %v", text, other, err)
		}
	}
	if got := Opposite('.'); got == '.' {
		t.Error("a character of another alphabet is the same")
	}
}
