package transcript

import (
	"bytes"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/canary"
)

// FuzzRedactor checks that no text makes the redactor fail, and that none of the secrets is left in it.
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
	f.Fuzz(func(t *testing.T, text []byte) {
		x := sample()
		x.Response.Body = text
		x.Response.Header.Set("X-Debug", string(text))
		line, err := encode(r.Exchange(x))
		if err != nil {
			t.Fatal(err)
		}
		for _, out := range [][]byte{line, []byte(r.Reproduce(x)), r.Bytes(text)} {
			for kind, secret := range sampleSecrets() {
				if bytes.Contains(out, []byte(secret)) {
					t.Errorf("the %s is in %q", kind, out)
				}
			}
		}
	})
}

// FuzzTranscript reads any text as a transcript. What is a record can be judged, and is the same when it is written and read again;
// what is not is an error of one short line.
func FuzzTranscript(f *testing.F) {
	r := NewRedactor([]byte("a key of the test"))
	line, err := encode(r.Exchange(sample()))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(line)
	f.Add(bytes.Repeat(line, 2))
	for _, text := range []string{"", "\n", "{}\n", "null\n", `{"schema":"assay.transcript/9"}` + "\n", string(line[:len(line)/2]), "\x00\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for record, err := range Read(bytes.NewReader(text)) {
			if err != nil {
				if len(err.Error()) > 400 || bytes.ContainsAny([]byte(err.Error()), "\n\x1b\x00") {
					t.Errorf("an error of %d bytes: %.400q", len(err.Error()), err)
				}
				return
			}
			assay.Judge(record.Exchange())
			again, err := encode(record)
			if err != nil {
				t.Fatalf("%v: %+v", err, record)
			}
			for other, err := range Read(bytes.NewReader(again)) {
				if second, _ := encode(other); err != nil || !bytes.Equal(again, second) {
					t.Errorf("%v: wrote %s, and then %s", err, again, second)
				}
			}
		}
	})
}
