package ledger

import (
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/transcript"
)

// Failures of one kind are counted together. What the transport reported is shown, without secrets, while it is the same for all.
func TestReasonsHaveTheDetailThatAllHave(t *testing.T) {
	const text, known = "no connection: the TLS handshake failed", "it knows secret-code-1"
	redactor := transcript.NewRedactor(nil)
	e := NewEvidence(redactor, nil)
	count := func(detail string) string {
		failure := assay.Failure{Kind: assay.NoConnection, Text: text, Detail: detail}
		e.Add(&Exchange{Endpoint: assay.Login, Code: "secret-code-1", User: &codes.User{}, Answer: engine.Answer{Failure: failure}}, Unreachable)
		list := e.List([2]int64{})
		if len(list) != 1 {
			t.Fatalf("%d kinds: %+v", len(list), list)
		}
		return list[0].Reason
	}
	for range 2 {
		if got, want := count(known), redactor.Text(text+": "+known); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, detail := range []string{"another", known} {
		if got := count(detail); got != text {
			t.Errorf("%q, want %q", got, text)
		}
	}
}
