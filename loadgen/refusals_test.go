//go:build !race

package loadgen

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
)

// A target that is too busy to refuse what it has to refuse makes no error of a sign-in, unless a level is about refusals or about
// everything; a fault in place of a refusal is one. Neither is a refusal, so single use stays unjudged.
func TestTooBusyToRefuse(t *testing.T) {
	const holds, not = benchmark.Holds, benchmark.DoesNotHold
	refusals := func(status int) func(bool, int) int {
		return func(toRefuse bool, _ int) int { return map[bool]int{true: status}[toRefuse] }
	}
	for name, test := range map[string]struct {
		fails  func(toRefuse bool, n int) int
		errors float64
		want   []benchmark.LevelVerdict // of errors, login.errors, refusals.errors, all.errors
		useful assay.Verdict            // of load.single-use
	}{
		"refused":               {nil, 0, []benchmark.LevelVerdict{holds, holds, holds, holds}, assay.Pass},
		"busy":                  {refusals(http.StatusTooManyRequests), 0, []benchmark.LevelVerdict{holds, holds, not, not}, assay.Untested},
		"busy by 503":           {refusals(http.StatusServiceUnavailable), 0, []benchmark.LevelVerdict{holds, holds, not, not}, assay.Untested},
		"a fault":               {refusals(http.StatusInternalServerError), 0.25, []benchmark.LevelVerdict{not, not, not, not}, assay.Untested},
		"busy with sign-ins":    {func(toRefuse bool, n int) int { return map[bool]int{true: 429}[!toRefuse && n%20 == 7] }, 0.05, []benchmark.LevelVerdict{not, not, not, not}, assay.Pass},
		"busy with every third": {func(_ bool, n int) int { return map[bool]int{true: 503}[n%3 == 1] }, 1. / 3, []benchmark.LevelVerdict{not, not, not, not}, assay.Pass},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &platformScript{takes: always(time.Millisecond), fails: test.fails}
			plan := Plan{Rate: 400, Duration: 20 * time.Second, Mix: Mix{Login: 0.7, Replay: 0.1, Race: 0.1, BadPAT: 0.1}}
			report := s.perform(t, plan, 1, "errors<1%", "login.errors<1%", "refusals.errors<1%", "all.errors<1%")
			if got := verdicts(report); !slices.Equal(got, test.want) {
				t.Errorf("%s: %v of %+v", name, got, report.SLO)
			}
			e := report.Exchanges
			if got := e.ErrorShare(); got < 0.8*test.errors || got > 1.2*test.errors {
				t.Errorf("%s: a share of errors of %g: %+v", name, got, e)
			}
			if e.RefusalsBusy+e.RefusalsFaulty != e.ToRefuse()-e.ReplaysRefused-e.BadPATsRefused {
				t.Errorf("%s: %+v", name, e)
			}
			if single := report.Requirements[1]; single.Verdict != test.useful {
				t.Errorf("%s: %s %s: %s", name, single.ID, single.Verdict, single.Reason)
			}
			var counted, of int64
			for _, part := range benchmark.ErrorParts(report.Timeline) {
				counted, of = counted+part.Counted, of+part.Of
			}
			if float64(counted)/float64(of) != e.ErrorShare() {
				t.Errorf("%s: %d of %d in the timeline, %g in all", name, counted, of, e.ErrorShare())
			}
		})
	}
}

// A default of the suite's is never stricter than what was asked for: neither for an endpoint, nor for the whole.
func TestNoDefaultIsStricterThanTheLevels(t *testing.T) {
	for _, test := range []struct {
		every  int // of how many sign-ins by phone one is accepted; 0 for none
		levels []string
		want   []string // that apply by default
		passes bool
	}{
		{0, nil, []string{"errors<1%"}, false},
		{0, []string{"errors<60%"}, []string{"phone.errors<60%"}, false},
		{3, []string{"errors<90%"}, nil, true},
		{0, []string{"errors<60%", "errors<30%"}, []string{"phone.errors<30%"}, false},
		{3, []string{"all.errors<90%"}, nil, true},
		{0, []string{"all.errors<90%"}, []string{"phone.errors<90%"}, false},
		{3, []string{"phone.errors<90%"}, []string{"login.errors<1%"}, true},
		{3, []string{"login.errors<1%"}, []string{"phone.errors<1%"}, false},
		{3, []string{"login.errors<1%", "phone.errors<90%"}, nil, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			s := &platformScript{takes: always(time.Millisecond), refuses: func(endpoint assay.Endpoint, _ int) bool {
				if endpoint == assay.Phone {
					n++
				}
				return endpoint == assay.Phone && (test.every == 0 || n%test.every > 0)
			}}
			report := s.perform(t, Plan{Rate: 400, Duration: 5 * time.Second, Mix: Mix{Login: 0.8, Phone: 0.2}}, 1, test.levels...)
			var got []string
			for _, level := range report.SLO {
				if level.Default {
					got = append(got, level.Expression)
				}
			}
			if !slices.Equal(got, test.want) || (report.Outcome == benchmark.Passed) != test.passes {
				t.Errorf("%v: by default %v: %s %v", test.levels, got, report.Outcome, report.Reasons)
			}
		})
	}
}

// Of a run that sends only what has to be refused, the default level is about that.
func TestOnlyRefusals(t *testing.T) {
	for _, fails := range []int{0, http.StatusTooManyRequests} {
		synctest.Test(t, func(t *testing.T) {
			s := &platformScript{takes: always(time.Millisecond), fails: func(bool, int) int { return fails }}
			report := s.perform(t, Plan{Rate: 400, Duration: time.Second, Mix: Mix{BadPAT: 1}}, 1)
			if got := report.SLO; len(got) != 1 || got[0].Expression != "refusals.errors<1%" || got[0].Holds != (fails == 0) || (report.Outcome == benchmark.Passed) != (fails == 0) {
				t.Errorf("%d: %s %+v", fails, report.Outcome, got)
			}
		})
	}
}
