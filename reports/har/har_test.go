package har

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/transcript"
)

func each(records ...transcript.Record) iter.Seq2[transcript.Record, error] {
	return func(yield func(transcript.Record, error) bool) {
		for _, record := range records {
			if !yield(record, nil) {
				return
			}
		}
	}
}

// archive is an HTTP archive as an independent reader sees it.
type archive struct {
	Log struct {
		Version string
		Creator struct{ Name, Version string }
		Pages   []any
		Entries []struct {
			StartedDateTime time.Time
			Time            float64
			Request         struct {
				Method, URL, HTTPVersion string
				Headers, QueryString     []harPair
				PostData                 *harBody
				BodySize                 int
			}
			Response struct {
				Status                  int
				StatusText, RedirectURL string
				Content                 harContent
				BodySize                int
				Error                   string `json:"_error"`
			}
			Cache   *struct{}
			Timings struct{ Send, Wait, Receive *float64 }
		}
	}
}

func TestWrite(t *testing.T) {
	sent := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	answered := transcript.Record{
		ID: "x-000001", Requirement: "code.single-use", Endpoint: assay.Login, Result: "refused", Sent: sent, Seconds: 0.25,
		Request: transcript.Request{
			Method: "POST", URL: "https://a.example/login?b=2&a=1%20", Headers: http.Header{"Content-Type": {"application/json"}},
			Body: transcript.Body{Text: `{"code":"~code-1~"}`},
		},
		Response: &transcript.Response{
			Status: 400, Proto: "HTTP/1.1", Headers: http.Header{"Content-Type": {"text/plain"}, "Location": {"/x"}},
			Body: transcript.Body{Base64: []byte("\xffno"), Length: 60_000, Digest: "hmac-sha256:00"},
		},
	}
	silent := transcript.Record{ID: "x-000002", Request: transcript.Request{Method: "GET", URL: "https://a.example/\u202e"}, Failure: "connection reset", Sent: sent,
		Seconds: 0.0015801910000000001}
	var out bytes.Buffer
	if err := Write(&out, "1.2.3", each(answered, silent)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"time":1.58,`) {
		t.Errorf("a time is not rounded: %s", out.String())
	}
	if strings.Contains(out.String(), "\u202e") {
		t.Error("what does not show is not escaped")
	}
	var read archive
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	if read.Log.Version != "1.2" || read.Log.Creator.Name != "assay" || read.Log.Creator.Version != "1.2.3" || read.Log.Pages == nil {
		t.Errorf("%+v", read.Log)
	}
	first, second := read.Log.Entries[0], read.Log.Entries[1]
	if first.Time != 250 || *first.Timings.Wait != 250 || !first.StartedDateTime.Equal(sent) || first.Cache == nil {
		t.Errorf("%+v", first)
	}
	if diff := cmp.Diff([]harPair{{"a", "1 "}, {"b", "2"}}, first.Request.QueryString); diff != "" {
		t.Error(diff)
	}
	if body := first.Request.PostData; body.Type != "application/json" || body.Text != answered.Request.Text || first.Request.BodySize != 19 {
		t.Errorf("%+v", body)
	}
	want := harContent{Size: 60_000, Type: "text/plain", Text: "/25v", Encoding: "base64", Comment: "the beginning of 60000 bytes"}
	if diff := cmp.Diff(want, first.Response.Content); diff != "" {
		t.Error(diff)
	}
	if first.Response.Status != 400 || first.Response.StatusText != "Bad Request" || first.Response.RedirectURL != "/x" {
		t.Errorf("%+v", first.Response)
	}
	if second.Response.Status != 0 || second.Response.Error != "connection reset" || second.Request.PostData != nil || second.Request.URL != silent.Request.URL {
		t.Errorf("%+v", second)
	}
}

func TestWriteReturnsTheErrorOfTheTranscript(t *testing.T) {
	broken := errors.New("line 2")
	err := Write(&bytes.Buffer{}, "1", func(yield func(transcript.Record, error) bool) { yield(transcript.Record{}, broken) })
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	if err := Write(failing{}, "1", each(transcript.Record{})); err == nil {
		t.Error("the writer's error is lost")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }
