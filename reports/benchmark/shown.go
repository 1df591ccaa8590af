package benchmark

import (
	"cmp"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// Sign returns the verdict whose icon and colour stand for the outcome; "" for an unknown outcome.
func (o Outcome) Sign() assay.Verdict {
	return map[Outcome]assay.Verdict{Passed: assay.Pass, Violated: assay.Fail, Incorrect: assay.Fail,
		Unknown: assay.Untested, Saturated: assay.Untested, Stopped: assay.Untested, Errored: assay.Error}[o]
}

// Name returns the implementation's name for a heading: product and version, else the organization, else the API servers.
func (r Report) Name() string {
	i := r.Implementation
	return cmp.Or(strings.TrimSpace(i.Product+" "+i.Version), i.Organization, strings.Join(r.Target.APIServers, " "), "?")
}

// Seconds is how long the whole run took, with the warm-up and the search; never negative.
func (r Report) Seconds() float64 { return max(0, r.Finished.Sub(r.Started).Seconds()) }

// Measured is how many seconds were measured: those of the plan or, of an interrupted run, those in which something was due.
func (r Report) Measured() float64 {
	if !r.Interrupted {
		return r.Plan.Duration
	}
	for _, row := range slices.Backward(r.Timeline) {
		if row.Offered > 0 || r.Plan.Shape == Closed && row.Answered > 0 {
			return min(r.Plan.Duration, float64(row.Second+1))
		}
	}
	return 0
}

// Endpoints are the figures of the endpoints, if there are several.
func (r Report) Endpoints() []EndpointFigures {
	known := slices.DeleteFunc(slices.Clone(r.ByEndpoint), func(f EndpointFigures) bool { return !slices.Contains(assay.Endpoints(), f.Endpoint) })
	if len(known) < 2 {
		return nil
	}
	return known
}

// Verdict says whether a service level holds; untested where the run could not decide it.
func (r Report) Verdict(level Level) assay.Verdict {
	switch {
	case !r.Undecided().IsZero(), level.Verdict == NotKnown:
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

// Samples is the number of exchanges that a service level is judged by.
func (r Report) Samples(level Level) int64 {
	slo, err := assay.ParseSLO(level.Expression)
	if err != nil {
		return 0
	}
	return r.within(slo.Stage).samples(slo)
}

// Untold says why the run could not decide a service level; zero if it could.
func (r Report) Untold(level Level) phrase.Phrase { return cmp.Or(r.Undecided(), level.Reason) }

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
