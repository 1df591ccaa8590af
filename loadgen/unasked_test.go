package loadgen_test

import (
	"slices"
	"testing"

	"github.com/unified-login/assay/fixtures/rogue"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// A second answer to a request makes faults of correct answers with both engines. An odd answer alone does not.
func TestUnaskedAnswersWithBothEngines(t *testing.T) {
	t.Parallel()
	for _, kind := range []engine.Kind{engine.Lean, engine.Vegeta} {
		for name, want := range map[string]bool{"twice": true, "junk-after": false, "no-reason": false} {
			r, config := served(t, nil)
			server, err := rogue.Start(r.Handler(), wayOf(t, name), 20)
			if err != nil {
				t.Fatal(err)
			}
			config.Target.APIServers = []string{server.URL()}
			config.Plan = brief(loadgen.Mix{Login: 1})
			config.Plan.Engine = kind
			report := run(t, config)
			server.Close()
			found := slices.IndexFunc(report.Errors, func(e benchmark.ErrorCount) bool {
				return e.Verdict == "fault" && e.Reason == "the server sent data that no request asked for"
			})
			if (found >= 0) != want || want && (report.Errors[found].Count-report.Errors[found].WarmUp != report.Exchanges.Faults || report.Exchanges.Faults < arrivals/2) ||
				report.Exchanges.UnaskedAnswers != report.Exchanges.Faults {
				t.Errorf("%s, %s: %+v %+v", kind, name, report.Exchanges, report.Errors)
			}
			if slices.ContainsFunc(report.Notes, func(n phrase.Phrase) bool { return n.Key() == phrase.EngineDeaf }) {
				t.Errorf("%s: it says that it saw nothing", kind)
			}
		}
	}
}

// wayOf is the way of misbehaving with a name.
func wayOf(t *testing.T, name string) rogue.Way {
	t.Helper()
	ways := rogue.Ways()
	at := slices.IndexFunc(ways, func(way rogue.Way) bool { return way.Name == name })
	if at < 0 {
		t.Fatalf("nothing misbehaves as %s", name)
	}
	return ways[at]
}
