package transcript

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript/secrets"
)

// sample is an ordinary exchange with secrets in their places.
func sample() assay.Exchange {
	return assay.Exchange{
		ID: "x-000012", Endpoint: assay.Login, Requirement: "code.single-use", Situation: "first",
		Code: &assay.Code{
			Kind: assay.Login, Code: sampleCode, AppID: "fc2183741419665349", UserID: "u-1", Channel: "finclip",
			Phone: samplePhone, ExpiresAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		},
		Request: assay.Request{
			Method: http.MethodPost, URL: "https://api.acme.example" + assay.Login.Path(),
			Header: http.Header{"Authorization": {"Bearer " + samplePAT}, "Content-Type": {"application/json"}},
			Body:   []byte(`{"appId":"fc2183741419665349","code":"` + sampleCode + `"}`),
		},
		Response: &assay.Response{
			Status: 200, Proto: "HTTP/2.0", TLS: "TLS 1.3",
			Header: http.Header{"Content-Type": {"application/json"}, "Set-Cookie": {"sid=s3cr3t-session; Path=/; HttpOnly"}},
			Body: []byte(`{"error":"","errcode":"OK","data":{"channel":"finclip","openId":"2279547539610117","accessToken":"` +
				sampleToken + `"},"traceid":"4fccb7b175cc401690235e4a400bb363"}`),
		},
		Sent: time.Date(2026, 1, 2, 3, 4, 5, 987654321, time.UTC), Took: 1234567 * time.Nanosecond,
	}
}

// A driver may say any time that JSON can have, and no exchange is lost because of it.
func TestAnyEndOfACodeIsRecorded(t *testing.T) {
	for _, end := range []string{"9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00", "1970-01-01T00:00:00Z", "2026-01-02T03:04:05+08:00"} {
		x := sample()
		if err := x.Code.ExpiresAt.UnmarshalText([]byte(end)); err != nil {
			t.Fatal(err)
		}
		if got := roundTrip(t, NewRedactor(nil), x).Code.ExpiresAt; !got.Equal(x.Code.ExpiresAt) {
			t.Errorf("%s became %s", end, got)
		}
	}
}

func TestARecordIsItsExchange(t *testing.T) {
	r := learned(t)
	x := sample()
	got := roundTrip(t, r, x).Exchange()

	want := sample()
	want.Sent = want.Sent.Truncate(time.Microsecond)
	want.Code.Code, want.Code.Phone = r.Text(sampleCode), r.Text(samplePhone)
	want.Request.Header.Set("Authorization", "Bearer "+r.Text(samplePAT))
	want.Request.Body = []byte(`{"appId":"fc2183741419665349","code":"` + r.Text(sampleCode) + `"}`)
	want.Response.Header.Set("Set-Cookie", "sid="+r.hash(KindCookie, "s3cr3t-session")+"; Path=/; HttpOnly")
	want.Response.Body = bytes.ReplaceAll(want.Response.Body, []byte(sampleToken), []byte(r.Text(sampleToken)))
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(assay.Response{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(sample(), x, cmpopts.IgnoreUnexported(assay.Response{})); diff != "" {
		t.Errorf("the exchange was changed: -want +got:\n%s", diff)
	}
}

func roundTrip(t testing.TB, r *Redactor, x assay.Exchange) Record {
	t.Helper()
	var file bytes.Buffer
	w := NewWriter(&file, r)
	if err := errors.Join(w.Write(x), w.Close()); err != nil {
		t.Fatal(err)
	}
	for record, err := range Read(&file) {
		if err != nil {
			t.Fatal(err)
		}
		return record
	}
	t.Fatal("no record")
	return Record{}
}

func TestALineHasItsMembers(t *testing.T) {
	x := sample()
	x.Request.URL += "?a=<b>&c"
	line, err := encode(learned(t).Exchange(x))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(line, []byte("?a=<b>&c")) {
		t.Errorf("the line cannot be read: %s", line)
	}
	var members map[string]any
	if err := json.Unmarshal(line, &members); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"schema": SchemaName, "id": "x-000012", "requirement": "code.single-use", "situation": "first", "endpoint": "login",
		"result": "accepted", "sent": "2026-01-02T03:04:05.987654Z", "seconds": 0.001234567,
	} {
		if members[name] != want {
			t.Errorf("%s is %v, want %v", name, members[name], want)
		}
	}
	if bytes.Count(line, []byte("\n")) != 1 || !bytes.HasSuffix(line, []byte("\n")) {
		t.Errorf("not one line: %q", line)
	}
}

func TestEmptyExchanges(t *testing.T) {
	got := roundTrip(t, NewRedactor(nil), assay.Exchange{ID: "x", Failure: assay.Failure{Kind: assay.TimedOut, Text: "late", Detail: "10s"}})
	want := Record{
		Schema: SchemaName, ID: "x", Failure: "late: 10s", FailureKind: assay.TimedOut, Result: "inconclusive", Reason: "late: 10s",
		Request: Request{Headers: http.Header{}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(assay.Response{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if x := got.Exchange(); x.Code != nil || x.Response != nil || x.Request.Body != nil {
		t.Errorf("a record without members is the exchange %+v", x)
	}
}

func TestBodies(t *testing.T) {
	r := learned(t)
	long := strings.Repeat("é", BodyLimit)
	for name, test := range map[string]struct {
		body string
		want Body
	}{
		"empty":   {"", Body{}},
		"text":    {"a\x00\n", Body{Text: "a\x00\n"}},
		"binary":  {"\xff" + sampleCode, Body{Base64: []byte("\xff" + r.Text(sampleCode))}},
		"long":    {long, Body{Text: long[:BodyLimit], Length: 2 * BodyLimit, Digest: r.digest([]byte(long))}},
		"longer":  {"x" + long, Body{Text: ("x" + long)[:BodyLimit-1], Length: 2*BodyLimit + 1, Digest: r.digest([]byte("x" + long))}},
		"at edge": {long[:BodyLimit], Body{Text: long[:BodyLimit]}},
	} {
		got := r.body([]byte(test.body), secrets.InResponse, BodyLimit, nil)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
		if got.Cut() != (len(test.body) > BodyLimit) {
			t.Errorf("%s: Cut is %t", name, got.Cut())
		}
	}
}

func TestASecretAcrossTheCutIsReplacedWhole(t *testing.T) {
	r := learned(t)
	for _, secret := range []string{sampleCode, samplePhone} {
		for before := BodyLimit - len(secret) - 1; before <= BodyLimit; before++ {
			body := r.body([]byte(strings.Repeat(".", before)+secret+strings.Repeat("!", 9)), secrets.InRequest, BodyLimit, nil)
			if rest := strings.TrimLeft(body.Text, "."); rest != "" && rest != r.Text(secret) && rest != r.Text(secret)+"!" {
				t.Fatalf("after %d bytes %q is left", before, rest)
			}
		}
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	line, _ := encode(NewRedactor(nil).Exchange(sample()))
	for name, test := range map[string]struct {
		file, want string
		records    int
	}{
		"nothing":       {"", "", 0},
		"two":           {string(line) + string(line), "", 2},
		"cut off":       {string(line) + string(line[:40]), "transcript line 2: cut off", 1},
		"no last end":   {string(line[:len(line)-1]), "transcript line 1: cut off", 0},
		"no JSON":       {"hello\n", "transcript line 1: not a record", 0},
		"other version": {`{"schema":"assay.transcript/2"}` + "\n", `transcript line 1: unknown schema "assay.transcript/2"`, 0},
		"endless":       {strings.Repeat("x", lineLimit+1), "transcript line 1: longer than 64 MiB, the limit", 0},
		"blank line":    {string(line) + "\n" + string(line), "transcript line 2: not a record", 1},
	} {
		records, message := 0, ""
		for _, err := range Read(strings.NewReader(test.file)) {
			if err != nil {
				message = err.Error()
			} else {
				records++
			}
		}
		if records != test.records || !strings.HasPrefix(message, test.want) || (message == "") != (test.want == "") {
			t.Errorf("%s: %d records and %q, want %d and %q", name, records, message, test.records, test.want)
		}
	}
	for _, err := range Read(strings.NewReader(string(line) + string(line))) {
		if err != nil {
			t.Error(err)
		}
		break // leaving early must not be answered with more
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWriterReportsTheFirstError(t *testing.T) {
	w := NewWriter(brokenWriter{io.ErrShortWrite}, NewRedactor(nil))
	if err := w.Write(sample()); err != nil {
		t.Fatalf("Write before Flush: %v", err)
	}
	if err := w.Flush(); !errors.Is(err, io.ErrShortWrite) {
		t.Fatalf("Flush: %v", err)
	}
	if err := w.Write(sample()); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("Write after it: %v", err)
	}
	if err := w.Close(); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("Close: %v", err)
	}
}

func TestWriterIsSafeForConcurrentUse(t *testing.T) {
	var file bytes.Buffer
	w := NewWriter(&file, NewRedactor(nil))
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 20 {
				x := sample()
				x.ID = fmt.Sprintf("x-%d-%d", i, j)
				if err := w.Write(x); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	ids := map[string]int{}
	for record, err := range Read(&file) {
		if err != nil {
			t.Fatal(err)
		}
		ids[record.ID]++
	}
	if len(ids) != 160 {
		t.Errorf("%d of 160 exchanges are in the file", len(ids))
	}
}

// TestARecordKeepsTheKindOfAFailure, however its text is worded; the text of an earlier version has no kind.
func TestARecordKeepsTheKindOfAFailure(t *testing.T) {
	for _, kind := range append(assay.FailureKinds(), assay.NoFailure) {
		for _, text := range append(assay.FailureKinds(), assay.NoFailure) {
			if kind == assay.NoFailure && text != assay.NoFailure {
				continue // a text without a kind is what an earlier version wrote
			}
			x := assay.Exchange{ID: "x", Failure: assay.Failure{Kind: kind, Text: assay.Failure{Kind: text}.String()}}
			record := roundTrip(t, NewRedactor(nil), x)
			if got := record.Exchange().Failure; got.Kind != kind || got.String() != x.Failure.String() {
				t.Errorf("%s, reworded %q, is read as %s: %q", kind, x.Failure, got.Kind, got)
			}
		}
	}
	line := `{"schema":"assay.transcript/1","id":"x","endpoint":"login","request":{"method":"","url":"","headers":{}},` +
		`"failure":"no whole answer within 10s","result":"inconclusive","sent":"2026-01-01T00:00:00Z","seconds":10}` + "\n"
	for record, err := range Read(strings.NewReader(line)) {
		if err != nil {
			t.Fatal(err)
		}
		if got := record.Exchange().Failure; got.Kind != assay.UnknownFailure || got.String() != "no whole answer within 10s" {
			t.Errorf("an old record is read as %s: %q", got.Kind, got)
		}
	}
}
