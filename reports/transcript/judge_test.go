//go:build !race

package transcript

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/unified-login/assay"
)

// fragments are the parts of bodies: valid answers, broken ones, and secrets in awkward places.
func fragments() []string {
	return []string{
		`{"error":"","errcode":"OK","data":{"openId":"o-1","phone":"13912345678","accessToken":"` + sampleToken + `"}}`,
		`{"errcode":"OK","data":{"phone":13912345678}}`, `{"errcode":"OK","data":{"phone":13912345678`,
		"{\"errcode\":\"OK\",\"data\":{\"phone\":\"\x01secret\x01\",\"openId\":\"\x01secret\x01\"}}", "\xef\xbb\xbf{\"errcode\"", "\x01secret\x01", `"phone":"\xff13912345678"`, `"phone":"13912345678","phone":"\u00313912345678"`, `{"errcode":"OK","data":{"phone":["13912345678",7]}}`,
		`{"errcode":"OK","data":{"phone":{"phone":null}}}`, `{"errcode":"OK","data":{"phone":""}}`,
		`{"errcode":"OK","data":{"ph\u006fne":"\u0031391234567\u0038","openId":null}}`,
		`{"errcode":"\u004fK","data":{"openId":"1391234567\u0038"}}`, `{"errcode":"E1","data":{"phone":true}}`,
		`{"`, `"}`, `{`, `}`, `[`, `]`, `:`, `,`, `"`, `\`, `\"`, `\u00`, ` `, "\n", "\x01", "\xff", "\xef\xbb\xbf", `"data":`, `"errcode":"OK"`,
		`"phone":`, `"openId":"o"`, `"code":`, `"accessToken":`, `null`, `0`, `-1.5e3`, `0139`, `13912345678`, `139123456781`, `true`, "OK",
		sampleCode, samplePAT, samplePhone, `sec"ret\val`, `nsecret-after-n`, `","errcode":"OK`, `errcode`, `openId`, `accessToken`, `"errcode":"OK","data":{"`,
		`{"a":1}`, `<html>`, strings.Repeat(" ", BodyLimit), strings.Repeat(`{"a":`, 200),
	}
}

func judgedRedactor() *Redactor {
	r := NewRedactor([]byte("a key of the test"))
	for _, secret := range []string{
		sampleCode, samplePAT, `sec"ret\val`, `nsecret-after-n`, `","errcode":"OK`, `errcode`, `openId`, `accessToken`,
		`"errcode":"OK","data":{"`, `u00391`, `{"a":1}`, `"}"}"}`, "\x01secret\x01", "\xef\xbb\xbf{\"errcode\"", "\xef\xbb\xbf{\"",
	} {
		r.Learn(KindCode, secret)
	}
	r.Learn(KindPhone, samplePhone)
	return r
}

// assertJudgedAlike fails unless the record of x is judged like x.
func assertJudgedAlike(t rapid.TB, r *Redactor, x assay.Exchange) {
	t.Helper()
	record := r.Exchange(x)
	line, err := encode(record)
	if err != nil {
		t.Fatal(err)
	}
	record, err = parse(line, nil)
	if err != nil {
		t.Fatal(err)
	}
	want, got := assay.Judge(x), assay.Judge(record.Exchange())
	want.Failure = r.failure(want.Failure)
	if want.Result != got.Result || want.Explain() != got.Explain() || want.Failure.Kind != got.Failure.Kind {
		t.Errorf("judged %v (%s) and then %v (%s):\n%q\n%q", want.Result, want.Explain(), got.Result, got.Explain(),
			x.Response.Body, record.Response.Bytes())
	}
	if record.Result != want.Result.String() || record.Reason != got.Explain() {
		t.Errorf("the record says %s (%s), not %v (%s)", record.Result, record.Reason, want.Result, want.Explain())
	}
	if (want.Identity == "") != (got.Identity == "") {
		t.Errorf("the identity %q became %q", want.Identity, got.Identity)
	}
}

func TestARecordIsJudgedLikeItsExchange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := sample()
		x.Endpoint = rapid.SampledFrom(assay.Endpoints()).Draw(t, "endpoint")
		x.Failure = rapid.SampledFrom([]assay.Failure{{}, {}, {}, {Kind: assay.BrokenOff, Text: "reset", Detail: "read " + sampleCode}}).Draw(t, "failure")
		x.Response.Status = rapid.SampledFrom([]int{200, 200, 201, 302, 400, 401, 429, 500, 503}).Draw(t, "status")
		x.Response.Truncated = rapid.Bool().Draw(t, "truncated")
		parts := rapid.SliceOfN(rapid.SampledFrom(fragments()), 0, 8).Draw(t, "parts")
		x.Response.Body = []byte(strings.Join(parts, ""))
		assertJudgedAlike(t, judgedRedactor(), x)
	})
}

func TestEveryFragmentIsJudgedAlike(t *testing.T) {
	wraps := []string{`%`, `{"errcode":"OK","data":{"openId":"%","phone":"%"}}`, `{"errcode":"OK","data":{"phone":%,"openId":%}}`,
		`{"error":"%","errcode":"E","data":{}}`, `{"%":"x","errcode":"OK","data":{"phone":"1","openId":"1"}}`, `{"errcode":"OK","data":{"openId":"1","phone":"1"}}%`,
		`%{"errcode":"OK","data":{"openId":"1","phone":"1"}}`, `{"errcode":"%","data":%}`}
	for _, wrap := range wraps {
		for _, fragment := range fragments() {
			for _, endpoint := range assay.Endpoints() {
				x := sample()
				x.Endpoint = endpoint
				x.Response.Body = []byte(strings.ReplaceAll(wrap, "%", fragment))
				assertJudgedAlike(t, judgedRedactor(), x)
			}
		}
	}
}

// TestALongAnswerIsJudgedAlike keeps the envelope, as a run does, so that the judge does not read the body again.
func TestALongAnswerIsJudgedAlike(t *testing.T) {
	r := judgedRedactor()
	long := func() assay.Exchange {
		x := sample()
		x.Response.Body = []byte(`{"errcode":"OK","pad":"` + strings.Repeat("z ", BodyLimit) + `","data":{"openId":"2279547539610117"}}`)
		x.Response.Keep()
		return x
	}
	assertJudgedAlike(t, r, long())
	cut := false
	for range 2 * longBytes / len(long().Response.Body) {
		record := r.Exchange(long())
		if cut = record.Response.Cut(); record.Result != assay.Accepted.String() {
			t.Fatalf("result %s", record.Result)
		}
	}
	if !cut {
		t.Errorf("after %d bytes long bodies are still recorded whole", 2*longBytes)
	}
}
