package suites

import (
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/client"
)

// TestNoTwoAtOnce: a rate limit that let through one request at most of several crowds, and never two, lets none through.
func TestNoTwoAtOnce(t *testing.T) {
	type crowd struct {
		n, decided int
		limited    bool
	}
	for name, test := range map[string]struct {
		before []crowd // beside enoughLone-1 of one that is limited
		never  bool
	}{
		"no more":           {nil, false},
		"another one":       {[]crowd{{2, 1, true}}, true},
		"another, with two": {[]crowd{{2, 1, true}, {2, 2, true}}, false},
		"one that was busy": {[]crowd{{2, 1, false}}, false},
		"a large one":       {[]crowd{{64, 1, true}}, false},
		"several of many":   {[]crowd{{64, 3, true}, {2, 0, true}}, true},
		"most of many":      {[]crowd{{64, 40, true}, {2, 1, true}}, false},
	} {
		var l loneCrowds
		for range enoughLone - 1 {
			l.saw(2, 1, true)
		}
		for _, c := range test.before {
			l.saw(c.n, c.decided, c.limited)
		}
		if l.never() != test.never {
			t.Errorf("%s: never is %v", name, l.never())
		}
	}
}

// TestRacesThatNoLimitLetsThrough: they are untested, and nothing is sent for them.
func TestRacesThatNoLimitLetsThrough(t *testing.T) {
	p := &script{answer: always(accepted)}
	s := p.session(t)
	s.loneCrowds.lone = enoughLone
	trial := attempt(t, s, entry{body: func(t *Trial) {
		t.raceIfAble([]client.Request{client.Exchange(t.Code(), t.PAT()), client.Exchange(t.Code(), t.PAT())})
	}}, "code.single-use-race")
	if trial.verdict() != assay.Untested || len(p.sent()) > 0 {
		t.Errorf("%s %v after %d requests", trial.verdict(), trial.reasons, len(p.sent()))
	}
}
