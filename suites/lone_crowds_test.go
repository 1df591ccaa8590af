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

// TestPairsShowALimitWithoutBurst: of two requests at once one is let through, each time, and the crowds of a run are given up. One pair
// that passes shows a burst; two that are refused, and a 503 that shows no limit, prove nothing.
func TestPairsShowALimitWithoutBurst(t *testing.T) {
	const limited, failing = `429 {"error":"slow down","errcode":"LIMITED"}`, `500 {"error":"no","errcode":"X"}`
	for name, test := range map[string]struct {
		answers []string // in turn
		never   bool
	}{
		"one of two":         {[]string{denied, limited}, true},
		"both":               {[]string{denied}, false},
		"neither":            {[]string{limited}, false},
		"both in the end":    {[]string{denied, limited, denied, limited, denied, denied}, false},
		"one, the last time": {[]string{denied, limited, limited, limited, denied, limited, denied, limited}, true},
		"one of two is 503":  {[]string{denied, busy}, false},
		"one of two fails":   {[]string{denied, failing}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each pair after a limited one waits a second
			p := &script{answer: cycle(test.answers...)}
			s := p.session(t)
			s.tryPairs(t.Context(), 0)
			if s.loneCrowds.never() != test.never {
				t.Errorf("never is %v after %d requests", s.loneCrowds.never(), len(p.sent()))
			}
			sent := len(p.sent())
			if s.tryPairs(t.Context(), 0); len(p.sent()) != sent || sent > pair*mostPairs {
				t.Errorf("%d requests, and then %d", sent, len(p.sent())-sent)
			}
		})
	}
}

// TestACrowdOfWhichOnePassesLetsPairsBeTried: once, and not where several pass or where nothing is limited.
func TestACrowdOfWhichOnePassesLetsPairsBeTried(t *testing.T) {
	const limited = `429 {"error":"slow down","errcode":"LIMITED"}`
	for name, test := range map[string]struct {
		answers []string
		asked   bool
	}{
		"one of eight":  {[]string{accepted, limited, limited, limited, limited, limited, limited, limited}, true},
		"two of eight":  {[]string{accepted, accepted, limited, limited, limited, limited, limited, limited}, false},
		"all of them":   {[]string{accepted}, false},
		"one, no limit": {[]string{accepted, busy, busy, busy, busy, busy, busy, busy}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &script{answer: cycle(test.answers...)}
			s := p.session(t)
			attempt(t, s, entry{body: func(t *Trial) {
				requests := make([]client.Request, 8)
				for i := range requests {
					requests[i] = client.Exchange(t.Code(), t.PAT())
				}
				t.raceIfAble(requests)
			}}, "concurrency.first-login")
			if s.loneCrowds.asked != test.asked {
				t.Errorf("pairs were tried: %v", s.loneCrowds.asked)
			}
		})
	}
}

func cycle(answers ...string) func(int, string) string {
	return func(n int, _ string) string { return answers[n%len(answers)] }
}
