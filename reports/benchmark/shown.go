package benchmark

import (
	"cmp"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// Sign returns the verdict whose icon and colour stand for the outcome; "" for an unknown outcome.
func (o Outcome) Sign() assay.Verdict {
	return map[Outcome]assay.Verdict{Passed: assay.Pass, Violated: assay.Fail, Incorrect: assay.Fail,
		Saturated: assay.Untested, Stopped: assay.Untested, Errored: assay.Error}[o]
}

// Name returns the implementation's name for a heading: product and version, else the organization, else the API servers.
func (r Report) Name() string {
	i := r.Implementation
	return cmp.Or(strings.TrimSpace(i.Product+" "+i.Version), i.Organization, strings.Join(r.Target.APIServers, " "), "?")
}

// Seconds is how long the whole run took, with the warm-up and the search; never negative.
func (r Report) Seconds() float64 { return max(0, r.Finished.Sub(r.Started).Seconds()) }

// Verdict says whether a service level holds; untested where the run could not decide it.
func (r Report) Verdict(level Level) assay.Verdict {
	switch {
	case !r.Undecided().IsZero():
		return assay.Untested
	case level.Holds:
		return assay.Pass
	default:
		return assay.Fail
	}
}

// Shown is what was observed of a service level, in its own unit; a dash if nothing was sent.
func (r Report) Shown(level Level) string {
	if r.Exchanges.Sent == 0 {
		return "—"
	}
	return level.Shown()
}

// Undecided says why the run could not decide its service levels; zero if it could.
func (r Report) Undecided() phrase.Phrase {
	switch {
	case r.Outcome == Saturated || r.Outcome == Stopped || r.Outcome == Errored:
		return phrase.Join(r.Reasons...)
	case r.Outcome == Incorrect && len(r.generators()) > 0:
		return phrase.Join(r.generators()...)
	case r.Interrupted:
		return r.stopped()
	default:
		return r.Error
	}
}
