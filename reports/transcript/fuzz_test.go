package transcript

import (
	"testing"

	"github.com/unified-login/assay/internal/canary"
)

// FuzzRedactor checks that no text makes the redactor fail.
func FuzzRedactor(f *testing.F) {
	r := NewRedactor([]byte("a key of the test"))
	for kind, secret := range sampleSecrets() {
		r.Learn(kind, secret)
	}
	for form, secret := range canary.Secrets() {
		r.Learn(KindPAT, secret)
		if form != "emoji" && form != "quotes" {
			continue
		}
		for _, change := range canary.Changes() {
			f.Add([]byte(change(secret)))
			f.Add([]byte(`{"error":"` + change(secret) + `"`))
		}
	}
	for _, text := range []string{"pat***lue", "…", "***", "\xe2", "\xe2\x80", "a...", `\u{`, `\U0001`, "&#", "\x00a\x00", "xxx", "\xff\xfe"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(_ *testing.T, text []byte) {
		x := sample()
		x.Response.Body = text
		x.Response.Header.Set("X-Debug", string(text))
		r.Exchange(x)
		r.Reproduce(x)
		r.Bytes(text)
	})
}
