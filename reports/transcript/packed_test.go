package transcript

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"

	"github.com/unified-login/assay/reports/transcript/secrets"
)

// In an answer that is compressed or encrypted no secret can be found, so it is left out. A text in another encoding stays.
func TestAnswersThatCannotBeReadAreLeftOut(t *testing.T) {
	answer := fmt.Sprintf(`{"errcode":"401","error":"no %s for %s"}`, samplePAT, sampleCode)
	gzipped, deflated, encrypted := &bytes.Buffer{}, &bytes.Buffer{}, []byte{}
	for _, by := range []io.WriteCloser{gzip.NewWriter(gzipped), must(flate.NewWriter(deflated, flate.BestSpeed))(t)} {
		_, _ = io.WriteString(by, answer) // a buffer takes everything
		_ = by.Close()
	}
	for i := range byte(8) {
		block := sha256.Sum256([]byte{i})
		encrypted = append(encrypted, block[:]...)
	}
	for name, test := range map[string]struct {
		body []byte
		left bool // out
	}{
		"gzip":       {gzipped.Bytes(), true},
		"deflate":    {deflated.Bytes(), true},
		"encrypted":  {encrypted, true},
		"gzip, long": {bytes.Repeat(encrypted, 2*BodyLimit/len(encrypted)), true},
		"Latin-1":    {[]byte("{\"error\":\"acc\xe8s refus\xe9 \xe0 l'utilisateur\"}"), false},
		"GBK":        {[]byte("\xc6\xbd\xcc\xa8\xc4\xda\xb2\xbf\xb4\xed\xce\xf3\n"), false},
		"UTF-16":     {[]byte("\xff\xfe{\x00}\x00n\x00o\x00"), false},
		"a control":  {[]byte("{\"error\":\"the appId \x01\xff has 2 odd bytes\"}"), false},
	} {
		r, x := learned(t), sample()
		x.Response.Body = test.body
		body := r.Exchange(x).Response.Body
		if out := body.Text == secrets.Dropped && body.Length == len(test.body) && body.Digest != ""; out != test.left {
			t.Errorf("%s: left out %t: %q, %q", name, out, body.Text, body.Base64)
		}
	}
}

// must returns a function that fails the test if there is an error.
func must[V any](v V, err error) func(*testing.T) V {
	return func(t *testing.T) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
