package ledger

import (
	"net/http"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
)

// A deadConnection has no answer.
type deadConnection struct{}

func (deadConnection) Dial(time.Duration) error { return nil }
func (deadConnection) Header() http.Header      { return nil }
func (deadConnection) Protocol() string         { return "HTTP/1.1" }
func (deadConnection) Live() bool               { return false }
func (deadConnection) Close()                   {}
func (deadConnection) Exchange(*engine.Request, time.Duration) engine.Answer {
	return engine.Answer{}
}

// Only the kind of a failure decides the verdict, never its text.
func TestRewordingAFailureChangesNoVerdict(t *testing.T) {
	route, err := engine.NewRoute("http://192.0.2.1", assay.Login, "fc1", "pat", nil)
	if err != nil {
		t.Fatal(err)
	}
	reader := Reader{Users: codes.NewUsers()}
	for _, status := range []int{0, 200, 429, 500} {
		for _, kind := range append(assay.FailureKinds(), assay.NoFailure) {
			read := func(text string) (Reading, bool) {
				x := Exchange{User: &codes.User{}, Endpoint: assay.Login, Request: &engine.Request{Route: route},
					Answer: engine.Answer{Status: status, From: deadConnection{}, Failure: assay.Failure{Kind: kind, Text: text, Detail: text}}}
				return reader.Read(&x), x.Answer.Exhausted()
			}
			want, wantExhausted := read("")
			for _, text := range assay.FailureKinds() {
				got, exhausted := read(assay.Failure{Kind: text}.String())
				if got != want || exhausted != wantExhausted {
					t.Errorf("%s with status %d and the text %q: %+v, want %+v", kind, status, text, got, want)
				}
			}
		}
	}
}
