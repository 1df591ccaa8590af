package suites_test

import (
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites"
)

// A watcher asks for the report so far at every step of a run.
type watcher struct {
	t       *testing.T
	session *suites.Session
	done    []int
	last    conformance.Report
}

func (w *watcher) Wait(time.Duration, string) {}

// Step asks before the next spec begins.
func (w *watcher) Step(done, _ int, id string, endpoint assay.Endpoint, _ assay.Verdict) {
	report, ended := w.session.SoFar()
	if report.Outcome != conformance.Incomplete || report.CutShort != phrase.Say(phrase.NotEnded) || len(report.FailureModes) > 0 {
		w.t.Errorf("after %s on %s: outcome %s, cut short %q, %d failure modes", id, endpoint, report.Outcome, report.CutShort, len(report.FailureModes))
	}
	if result, _ := report.Result(id); done == 1 && result.Verdict != assay.Untested {
		w.t.Errorf("%s is %s before its other endpoint was judged", id, result.Verdict)
	}
	w.done, w.last = append(w.done, ended), report
}

// TestSoFar: the report of a run that has not ended has what was judged, says that the run has not ended, and is never complete.
func TestSoFar(t *testing.T) {
	config := serve(t, reference.Options{})
	config.Only = []string{"pat.missing", "pat.unknown"}
	w := &watcher{t: t}
	config.Progress = w
	w.session = open(t, config)
	stop, beside := make(chan struct{}), sync.WaitGroup{}
	beside.Go(func() { // as a run keeps its report: from another goroutine
		for {
			select {
			case <-stop:
				return
			default:
				_, _ = w.session.SoFar()
			}
		}
	})
	report := suites.Run(t.Context(), w.session)
	close(stop)
	beside.Wait()
	if len(w.done) < 2 || w.done[0] >= w.done[len(w.done)-1] {
		t.Errorf("specs ended, step by step: %v", w.done)
	}
	for _, want := range report.Requirements {
		if got, _ := w.last.Result(want.ID); want.Verdict == assay.Pass && got.Verdict != assay.Pass {
			t.Errorf("%s: %s at the last step, %s at the end", want.ID, got.Verdict, want.Verdict)
		}
	}
	if report.Counts.Pass == 0 {
		t.Error("nothing passed")
	}
}
