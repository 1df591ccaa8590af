package transcript

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// run returns the exchanges of a run, each with its own code and access token.
func run(n int) []assay.Exchange {
	exchanges := make([]assay.Exchange, n)
	for i := range exchanges {
		x := sample()
		x.Code.Code = fmt.Sprintf("%06d", i) + sampleCode[6:]
		x.Code.Phone = fmt.Sprintf("139%08d", i)
		x.Request.Body = []byte(strings.Replace(string(x.Request.Body), sampleCode, x.Code.Code, 1))
		token := sampleToken + strings.Repeat("aB3d", 200) + fmt.Sprint(i)
		x.Response.Body = []byte(strings.Replace(string(x.Response.Body), sampleToken, token, 1))
		exchanges[i] = x
	}
	return exchanges
}

// BenchmarkRun measures a run of 5 000 exchanges and as many codes, from learning to the file.
func BenchmarkRun(b *testing.B) {
	exchanges := run(5000)
	for b.Loop() {
		r := NewRedactor(nil)
		r.Learn(KindPAT, samplePAT)
		for _, x := range exchanges {
			r.Learn(KindCode, x.Code.Code)
		}
		w := NewWriter(io.Discard, r)
		for _, x := range exchanges {
			if err := w.Write(x); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkText measures the search alone, in an ordinary answer, with 5 000 known codes.
func BenchmarkText(b *testing.B) {
	r := NewRedactor(nil)
	exchanges := run(5000)
	for _, x := range exchanges {
		r.Learn(KindCode, x.Code.Code)
	}
	body := exchanges[0].Response.Body
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r.Bytes(body)
	}
}

// BenchmarkHostile measures a body that repeats the beginning of 3 000 secrets of different lengths.
func BenchmarkHostile(b *testing.B) {
	r := NewRedactor(nil)
	for i := range 3000 {
		r.Learn(KindToken, strings.Repeat("aaaaaaab", 10+i))
	}
	body := []byte(strings.Repeat("a", BodyLimit))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r.Bytes(body)
	}
}
