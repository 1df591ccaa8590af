package transcript

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/unified-login/assay/reports/transcript/secrets"
)

const (
	samplePAT   = "pat_9f1c-Jk+2/Qz77.secret~value=="
	sampleCode  = "1drac2l7scWpTtetZtF4tA02llZegeLbJSxTYTUG6MmjBA2L3xewOk7IjSqY72ZNDsvWKU0r2EdLKcLqS82g0EKnDgE0uSu1REmvFpPIF8Y="
	samplePhone = "13912345678"
	sampleToken = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIyMjc5NTQ3NTM5NjEwMTE4IiwicGhvbmUiOiIxMzkxMjM0NTY3OCJ9.c2lnbmF0dXJlLW9mLXRva2Vu"
)

func sampleSecrets() map[string]string {
	return map[string]string{KindPAT: samplePAT, KindCode: sampleCode, KindPhone: samplePhone, KindToken: "Opq7-acc3ss-Tk-0001"}
}

func learned(t testing.TB) *Redactor {
	t.Helper()
	r := NewRedactor([]byte("a key of the test"))
	for kind, secret := range sampleSecrets() {
		r.Learn(kind, secret)
	}
	return r
}

// encodings are the encodings in which a text may have a secret.
func encodings() map[string]func(string) string {
	every := func(format string) func(string) string {
		return func(s string) string {
			var out strings.Builder
			for _, c := range []byte(s) {
				fmt.Fprintf(&out, format, c)
			}
			return out.String()
		}
	}
	forms := map[string]func(string) string{
		"plain":           func(s string) string { return s },
		"query":           url.QueryEscape,
		"path":            url.PathEscape,
		"percent, all":    every("%%%02X"),
		"percent, lower":  every("%%%02x"),
		"percent twice":   func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
		"JSON, all":       every(`\u%04x`),
		"JSON, upper":     every(`\u%04X`),
		"JSON twice":      every(`\\u%04x`),
		"JSON, slashes":   func(s string) string { return strings.ReplaceAll(s, "/", `\/`) },
		"JavaScript":      every(`\x%02x`),
		"HTML":            html.EscapeString,
		"HTML, decimal":   every("&#%d;"),
		"HTML, hex":       every("&#x%x;"),
		"hex":             func(s string) string { return hex.EncodeToString([]byte(s)) },
		"hex, upper":      func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
		"hex, odd":        func(s string) string { return "a" + hex.EncodeToString([]byte(s)) },
		"base64 after":    func(s string) string { return "Ab" + base64.RawStdEncoding.EncodeToString([]byte(s)) },
		"base64, percent": func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) },
		"base64, slashes": func(s string) string {
			return strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte(s)), "/", `\/`)
		},
		"percent, one":      func(s string) string { return s[:3] + fmt.Sprintf("%%%02x", s[3]) + s[4:] },
		"JSON, one":         func(s string) string { return s[:3] + fmt.Sprintf(`\u%04x`, s[3]) + s[4:] },
		"JSON then percent": func(s string) string { return url.QueryEscape(every(`\u%04x`)(s)) },
	}
	for name, encoding := range map[string]*base64.Encoding{
		"std": base64.StdEncoding, "raw std": base64.RawStdEncoding, "url": base64.URLEncoding, "raw url": base64.RawURLEncoding,
	} {
		for _, before := range []string{"", "x", "xy", "user:"} {
			forms["base64 "+name+" after "+before] = func(s string) string {
				return encoding.EncodeToString([]byte(before + s + "\nand more"))
			}
		}
		forms["base64 "+name] = func(s string) string { return encoding.EncodeToString([]byte(s)) }
	}
	return forms
}

func TestEveryEncodingIsFound(t *testing.T) {
	r := learned(t)
	for kind, secret := range sampleSecrets() {
		token := r.Text(secret)
		if want := "~" + kind + "-"; !strings.HasPrefix(token, want) || len(token) != len(want)+2*tokenBytes+1 {
			t.Fatalf("the token of %q is %q", secret, token)
		}
		for name, encode := range encodings() {
			text := "before " + encode(secret) + " after"
			got := r.Text(text)
			if !strings.Contains(got, token) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
				t.Errorf("%s of %q as %s: %q became %q", kind, secret, name, text, got)
			}
			assertFree(t, got, secret)
		}
	}
}

// assertFree fails if secret, or more than a third of it, can be read in text or in a decoding of text.
func assertFree(t testing.TB, text, secret string) {
	t.Helper()
	for _, decoded := range decodings(text) {
		for size, at := max(secrets.MinSecret, len(secret)/3), 0; at+size <= len(secret); at++ {
			if strings.Contains(decoded, secret[at:at+size]) {
				t.Errorf("%q of the secret %q can be read in %q, from %q", secret[at:at+size], secret, decoded, text)
				return
			}
		}
	}
}

// decodings are the decodings of text that a reader may try, made without the code of the package.
func decodings(text string) []string {
	all := []string{text, html.UnescapeString(text)}
	if s, err := url.QueryUnescape(text); err == nil {
		all = append(all, s)
	}
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \"~,:;{}%\\", c) }) {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			for shift := range min(4, len(word)) {
				body := strings.TrimRight(word[shift:], "=")
				decoded, _ := encoding.DecodeString(body[:len(body)/4*4])
				all = append(all, string(decoded))
			}
		}
		for shift := range min(2, len(word)) {
			decoded, _ := hex.DecodeString(word[shift:])
			all = append(all, string(decoded))
		}
	}
	return all
}

func TestNothingElseIsRewritten(t *testing.T) {
	r := learned(t)
	for _, text := range []string{
		"", "a", `{"error":"","errcode":"OK","data":{"openId":"2279547539610117"},"traceid":"4fccb7b175cc401690235e4a400bb363"}`,
		`{"code":401,"errcode":"401","error":"code expired","msg":"phone required","phone":"","accessToken":null}`,
		"application/json; charset=utf-8", `Bearer realm="x", error="invalid_token"`, "text/html; charset=utf-8",
		"/api/v1/open/dev/mini-apps/unified-auth/login", "Authorization header required", "authorization: required",
		"2026-11-22T13:31:22.123456Z", "1.2.3", "www.example.com", "a.b.c", "eyJhbGciOiJ.not.json", "100% \\ & #1",
		"139123456789"[:10], "13912345679", "\xff\xfe\x00", "&#;&#x;%%%zz\\u12", "...", "ey..",
		base64.StdEncoding.EncodeToString([]byte("nothing to be found here")), sampleCode[:secrets.MinPiece-1],
	} {
		if got := r.Text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
		if got := r.Bytes([]byte(text)); string(got) != text {
			t.Errorf("the bytes %q became %q", text, got)
		}
	}
}

func TestPiecesOfSecretsAreRedacted(t *testing.T) {
	r := learned(t)
	for from := 0; from+secrets.MinPiece <= len(sampleCode); from++ {
		for _, size := range []int{secrets.MinPiece, secrets.MinPiece + 1, len(sampleCode) - from} {
			if size < secrets.MinPiece || from+size > len(sampleCode) {
				continue
			}
			piece := sampleCode[from : from+size]
			if got := r.Text("<" + piece + ">"); strings.Contains(got, piece[2:8]) {
				t.Errorf("%q became %q", piece, got)
			}
		}
	}
	if got := r.Text("code " + sampleCode[:40] + "... is unknown"); !strings.HasPrefix(got, "code ~code-part-") {
		t.Errorf("a shortened code became %q", got)
	}
}

// A text that was cut within a secret, and has an ellipsis there, shows no part of the secret.
func TestCutSecretsAreRedacted(t *testing.T) {
	r := learned(t)
	for name, encode := range encodings() {
		for kind, secret := range sampleSecrets() {
			whole := encode(secret)
			cut := whole[:len(whole)*4/5]
			if got := r.Text("refused: " + cut + "… and so on"); strings.Contains(got, cut) {
				t.Errorf("%s, %s: %s", kind, name, got)
			}
		}
	}
	for _, text := range []string{"refused: pat_…", "13912… a phone", "a 139-12… b", "1391234567 is nine of many digits …", "139123 or …", "pat_9f \"…"} {
		if got := r.Text(text); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
}

func TestSecretsThatResembleEachOther(t *testing.T) {
	r := NewRedactor(nil)
	similar := []string{"prefix", "prefix-1", "prefix-12", "prefix-12-and-a-long-tail", "prefix-12-and-a-long-tail-2"}
	tokens := map[string]bool{}
	for _, secret := range similar {
		r.Learn(KindCode, secret)
	}
	for _, secret := range similar {
		got := r.Text("(" + secret + ")")
		if !regexp.MustCompile(`^\(~code-[0-9a-f]{10}~\)$`).MatchString(got) {
			t.Errorf("%q became %q", secret, got)
		}
		tokens[got] = true
	}
	if len(tokens) != len(similar) {
		t.Errorf("%d secrets have %d tokens", len(similar), len(tokens))
	}
}

func TestTokens(t *testing.T) {
	one, same, other, random := NewRedactor([]byte("1")), NewRedactor([]byte("1")), NewRedactor([]byte("2")), NewRedactor(nil)
	for _, r := range []*Redactor{one, same, other, random} {
		r.Learn(KindCode, sampleCode)
		r.Learn(KindPAT, sampleCode) // the first kind holds
	}
	token := one.Text(sampleCode)
	if same.Text(sampleCode) != token || other.Text(sampleCode) == token || random.Text(sampleCode) == token {
		t.Error("tokens depend on more than the key and the secret")
	}
	if again := one.Text(token); again != token {
		t.Errorf("the token %q became %q", token, again)
	}
	if url.QueryEscape(token) != token || html.EscapeString(token) != token || strings.ContainsAny(token, "\"\\'$` *?") {
		t.Errorf("the token %q has characters that are not safe everywhere", token)
	}
	one.Learn(KindPhone, samplePhone)
	phone := one.Text(samplePhone)
	if two := one.Text(sampleCode + sampleCode + samplePhone + samplePhone); two != token+token+phone+phone {
		t.Errorf("two adjacent secrets became %q", two)
	}
}

// An encoded secret is replaced to its last character, and nothing else is.
func TestEncodedSecretsAreReplacedExactly(t *testing.T) {
	r := learned(t)
	for kind, secret := range sampleSecrets() {
		for name, encode := range encodings() {
			if strings.Contains(name, "after") || name == "hex, odd" {
				continue // not the secret alone
			}
			if got := strings.TrimRight(strings.TrimSuffix(strings.ReplaceAll(r.Text(encode(secret)), "%3D", ""), "="), "="); got != r.Text(secret) {
				t.Errorf("%s as %s became %q", kind, name, got)
			}
		}
	}
}

func TestPhonesAreFoundByTheirDigits(t *testing.T) {
	r := NewRedactor(nil)
	r.Learn(KindPhone, "+86 138-0013 8000")
	for _, text := range []string{"+86 138-0013 8000", "+8613800138000", "8613800138000", `{"tel":8613800138000}`} {
		if got := r.Text(text); strings.Contains(got, "1380") || !strings.Contains(got, "~phone-") {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestSecretsBeyondASCII(t *testing.T) {
	r := NewRedactor(nil)
	r.Learn(KindPAT, "gé-😀-pat")
	for _, text := range []string{"gé-😀-pat", `g\u00e9-\ud83d\ude00-pat`, "g%C3%A9-%F0%9F%98%80-pat", "g&#233;-&#x1F600;-pat"} {
		if got := r.Text("<" + text + ">"); got != "<"+r.Text("gé-😀-pat")+">" {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestShortSecretsAreRedactedInTheirPlacesOnly(t *testing.T) {
	r := NewRedactor(nil)
	r.Learn(KindCode, "OK")
	r.Learn(KindCode, "")
	r.Learn(KindPhone, "12345")
	const text = `{"errcode":"OK","n":12345}`
	if got := r.Text(text); got != text {
		t.Errorf("%q became %q", text, got)
	}
	if got := r.Text(`{"phone":"12345"}`); strings.Contains(got, "12345") {
		t.Errorf("a short phone is not redacted: %q", got)
	}
}

func TestConcurrentUse(t *testing.T) {
	r := NewRedactor(nil)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 50 {
				secret := fmt.Sprintf("code-of-%d-%d-and-its-tail", i, j)
				r.Learn(KindCode, secret)
				if got := r.Bytes([]byte(secret)); bytes.Contains(got, []byte("code-of")) {
					t.Errorf("%q became %q", secret, got)
				}
			}
		})
	}
	group.Wait()
}
