package ledger

import (
	"fmt"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/transcript"
)

// answered is an exchange with an answer.
func answered(t *testing.T, status int, body string) *Exchange {
	t.Helper()
	route, err := engine.NewRoute("http://192.0.2.1", assay.Login, "fc1", "pat", nil)
	if err != nil {
		t.Fatal(err)
	}
	x := &Exchange{User: &codes.User{ID: "ann"}, Endpoint: assay.Login, Request: &engine.Request{}, Code: "code-of-ann",
		Answer: engine.Answer{Status: status, From: deadConnection{}, Body: []byte(body)}}
	x.Request.Set(route, x.Code)
	return x
}

// The transcript never has more exchanges than its bound, and never one of a pair alone.
func TestEvidenceIsBounded(t *testing.T) {
	for before := maxKept - 3; before <= maxKept; before++ {
		var file strings.Builder
		redactor := transcript.NewRedactor(nil)
		writer := transcript.NewWriter(&file, redactor)
		evidence := NewEvidence(redactor, writer)
		for n := range before {
			evidence.Add(answered(t, 400, fmt.Sprintf(`{"errcode":"E%d"}`, n/maxKeptOfKind)), Refused)
		}
		right := answered(t, 200, "").copied()
		for range maxKeptOfKind {
			wrong := answered(t, 200, `{"errcode":"OK","data":{"openId":"another"}}`)
			wrong.finding = codes.Finding{Contrast: right}
			evidence.Add(wrong, WrongIdentity)
		}
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(file.String(), "\n"); got > maxKept || got < min(before+2, maxKept-1) {
			t.Errorf("after %d exchanges: %d are kept", before, got)
		}
	}
}

// An empty answer, or one without JSON, is called that, a long errcode is cut visibly, and what belongs to the warm-up is counted separately.
func TestEvidenceSaysWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		status                int
		body, verdict, reason string
		errcode               string
	}{
		{200, "", "fault", "status 200 with an empty body", ""},
		{204, " \n", "fault", "status 204 with an empty body", ""},
		{200, "<html>", "fault", "status 200 without a JSON object", ""},
		{200, "[]", "fault", "status 200 without a JSON object", ""},
		{200, `{"errcode":"NO"}`, "refused", "", "NO"},
		{404, "", "refused", "", ""},
		{400, `{"errcode":"` + strings.Repeat("E", 80) + `"}`, "refused", "", strings.Repeat("E", 64) + "…"},
	} {
		evidence := NewEvidence(transcript.NewRedactor(nil), nil)
		for _, warm := range []bool{true, false, false} {
			x := answered(t, test.status, test.body)
			x.WarmUp = warm
			evidence.Add(x, Settle(Reader{Users: codes.NewUsers()}.Read(x)))
		}
		got := evidence.List([2]int64{})[0]
		if got.Verdict != test.verdict || got.Reason != test.reason || got.Errcode != test.errcode || got.Count != 3 || got.WarmUp != 1 {
			t.Errorf("%d %.20q: %+v", test.status, test.body, got)
		}
	}
}

// An answer that retracts the suspicion of another may be counted before that: in either order, nothing is suspected in the end.
func TestARetractionMayComeFirst(t *testing.T) {
	const of = codes.SharedSubject
	for name, order := range map[string][]int{"in order": {0, 1}, "the other way round": {1, 0}} {
		evidence := NewEvidence(transcript.NewRedactor(nil), nil)
		suspect, retracting, other := answered(t, 200, "{}"), answered(t, 200, "{}"), answered(t, 200, "{}")
		suspect.finding = codes.Finding{Own: true, Suspicion: of}
		retracting.finding = codes.Finding{Own: true, Retracted: []codes.Accusation{{User: suspect.User, Endpoint: assay.Login, Of: of}}}
		other.finding = suspect.finding
		for _, i := range order {
			evidence.Add([]*Exchange{suspect, retracting}[i], Accepted)
		}
		evidence.Prove([2]codes.Suspicion{of, of})
		if list := evidence.List([2]int64{}); len(list) > 0 {
			t.Errorf("%s: %+v", name, list)
		}
		evidence.Add(other, Accepted)
		if list := evidence.List([2]int64{}); len(list) != 1 || list[0].Count != 1 {
			t.Errorf("%s, and another one: %+v", name, list)
		}
	}
}
