package suites

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// TestLadder: the time may grow with the square of the size, and the run does not send what it could not wait for.
func TestLadder(t *testing.T) {
	l := ladder{rungs: []int{100, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000}, most: 10}
	for name, test := range map[string]struct {
		rung int
		took time.Duration
		next int // -1 for none
	}{
		"quick":                   {0, time.Millisecond, 1},
		"quick, and deep":         {4, time.Millisecond, 7},
		"0.2 s, ten times":        {4, 200 * time.Millisecond, 7},
		"0.3 s, five times":       {4, 300 * time.Millisecond, 6},
		"4 s, twice":              {4, 4 * time.Second, 5},
		"6 s, and no further":     {4, 6 * time.Second, -1},
		"the last, and no longer": {7, time.Millisecond, -1},
	} {
		next, expected := l.next(test.rung, test.took, 20*time.Second)
		if next != test.next {
			t.Errorf("%s: rung %d, want %d", name, next, test.next)
		}
		if next >= 0 && (expected < test.took || expected > 20*time.Second) {
			t.Errorf("%s: expected to take %s", name, expected)
		}
	}
}

// overwhelmed is a gateway whose server is busy for some requests after a body that nests more than 5000 levels.
type overwhelmed struct {
	script
	busy, left int
	depths     []int
}

func (o *overwhelmed) deep(body string) (refusal string) {
	depth := strings.Count(body, "[")
	if depth > 0 {
		o.depths = append(o.depths, depth)
	}
	if depth > 5000 {
		o.left = o.busy + 1
	}
	if o.left > 0 {
		o.left--
		return "504 <html>the server does not answer</html>"
	}
	return ""
}

// TestCostlyInputIsWorkedOff: the run waits for the target after an input that it did not answer in time, sends nothing larger of the
// kind, and judges its recovery when it is there again.
func TestCostlyInputIsWorkedOff(t *testing.T) {
	p := &overwhelmed{script: script{answer: always(accepted)}, busy: 4}
	p.refuse = func(_ *http.Request, body string) string { return p.deep(body) }
	s := p.session(t)
	s.backoff = 10 * time.Millisecond
	depth := attempt(t, s, entry{body: func(t *Trial) { t.climb(t.hostile, t.await, nested()[0]) }}, "limits.depth")
	expectVerdict(t, depth, assay.Warn)
	expectVerdict(t, attempt(t, s, entry{body: recovery}, "limits.recovery"), assay.Pass)
	if most := slices.Max(p.depths); most > 10_000 {
		t.Errorf("%d levels after %v", most, p.depths)
	}
}

// TestRecoveryIsDoubtful: a target that is still mute may be at work for as long as its own pace makes it seem, and no longer.
func TestRecoveryIsDoubtful(t *testing.T) {
	for name, test := range map[string]struct {
		answer string
		owed   owed
		want   assay.Verdict
	}{
		"it may take longer":           {"504 <html>", owed{"x-1", 20 * time.Second, 2 * time.Minute}, assay.Untested},
		"it is far too long":           {"504 <html>", owed{"x-1", time.Second, 2 * time.Minute}, assay.Fail},
		"an input of an ordinary size": {"504 <html>", owed{"x-1", 0, 2 * time.Minute}, assay.Fail},
		"nothing is outstanding":       {"504 <html>", owed{}, assay.Fail},
		"it answers, and says no":      {denied, owed{"x-1", 20 * time.Second, 2 * time.Minute}, assay.Fail},
		"it is there again":            {accepted, owed{"x-1", 20 * time.Second, 2 * time.Minute}, assay.Pass},
	} {
		t.Run(name, func(t *testing.T) {
			s := (&script{answer: always(test.answer)}).session(t)
			s.debt.unpaid(0, test.owed)
			expectVerdict(t, attempt(t, s, entry{body: recovery}, "limits.recovery"), test.want)
		})
	}
}

// TestTheHopelessIsWaitedForOnce: a run that has waited for a target does not wait for it again.
func TestTheHopelessIsWaitedForOnce(t *testing.T) {
	p := &script{answer: always("504 <html>")}
	s := p.session(t)
	s.debt.unpaid(0, owed{id: "x-1"})
	attempt(t, s, entry{body: func(t *Trial) { t.costly(nested()[0].input(1000), 0) }}, "limits.depth")
	if sent := len(p.sent()); sent != 1 {
		t.Errorf("%d requests, want the input alone", sent)
	}
}
