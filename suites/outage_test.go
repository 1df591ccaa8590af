package suites

import (
	"testing"
	"time"

	"github.com/unified-login/assay"
)

// TestOutage: a target that has answered and takes no connections is waited for, for a while each time, and for some more in all.
func TestOutage(t *testing.T) {
	const unit = 100 * time.Millisecond
	refused := assay.Exchange{Failure: assay.Failure{Kind: assay.NoConnection}}
	answered := assay.Exchange{Response: &assay.Response{Status: 401}}
	var o outage
	o.saw(refused, false)
	o.saw(assay.Exchange{Failure: assay.Failure{Kind: assay.BrokenOff}}, true)
	o.saw(assay.Exchange{Failure: assay.Failure{Kind: assay.LocalShortage}}, true)
	if o.left(unit) != 0 || o.count() != 0 {
		t.Errorf("%s left of %d outages before one", o.left(unit), o.count())
	}
	for range 3 {
		o.saw(refused, true) // the same outage
	}
	if o.left(unit) != longestOutage*unit || o.count() != 1 {
		t.Errorf("%s left of %d outages, want %s of 1", o.left(unit), o.count(), longestOutage*unit)
	}
	o.saw(answered, true)
	if o.left(unit) != 0 {
		t.Errorf("%s left after an answer", o.left(unit))
	}
	o.saw(refused, true)
	o.over((longestOutages - 5) * unit)
	if o.left(unit) != 0 {
		t.Errorf("%s left at the end of an outage", o.left(unit))
	}
	o.saw(refused, true)
	if o.left(unit) != 5*unit || o.count() != 3 {
		t.Errorf("%s left of %d outages, want %s of 3", o.left(unit), o.count(), 5*unit)
	}
	o.over(5 * unit)
	o.expect()
	if o.left(unit) != 0 || o.count() != 3 {
		t.Errorf("%s left of %d outages at the end of all", o.left(unit), o.count())
	}
}

// TestTheAttemptBesideNobody: a trial whose attempts meet the end of the service is attempted alone, once, and not again.
func TestTheAttemptBesideNobody(t *testing.T) {
	for name, test := range map[string]struct {
		endsIt bool // the trial itself ends the service
		want   assay.Verdict
	}{"another one ends it": {false, assay.Pass}, "its own request ends it": {true, assay.Error}} {
		p := &script{answer: always(accepted)}
		s := p.session(t)
		tries := 0
		trial := attempt(t, s, entry{body: func(t *Trial) {
			if tries++; test.endsIt || !t.solo {
				s.outage.over(0)
				s.outage.saw(assay.Exchange{Failure: assay.Failure{Kind: assay.NoConnection}}, true)
				panic(stop{retry: true})
			}
		}}, "login.ok")
		if trial.verdict() != test.want || tries != enoughOutages+1 {
			t.Errorf("%s: %s after %d attempts; %q", name, trial.verdict(), tries, trial.reasons)
		}
	}
}
