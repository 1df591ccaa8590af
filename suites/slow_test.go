//go:build !race

package suites_test

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites"
)

// roundTrips counts the requests that had to wait for one another: the longest sequence in which each began after the one
// before it had ended. A run against a slow target takes a multiple of its latency.
func (w *watch) roundTrips() int {
	slices.SortFunc(w.spans, func(a, b span) int { return cmp.Compare(a.to.UnixNano(), b.to.UnixNano()) })
	count, last := 0, time.Time{}
	for _, s := range w.spans {
		if !s.from.Before(last) {
			count, last = count+1, s.to
		}
	}
	return count
}

// TestASlowTargetIsTestedTogether counts round trips: at 400 ms each, the whole set has to be over in four minutes. On a busy machine the
// machine's own delays count as well, the less the slower the target is: too many round trips with a target that takes 10 ms are counted
// again with one that takes 40, and 160.
func TestASlowTargetIsTestedTogether(t *testing.T) {
	const budget = int(4 * time.Minute / (400 * time.Millisecond)) // as README says
	for _, slowness := range []time.Duration{10 * time.Millisecond, 40 * time.Millisecond, 160 * time.Millisecond} {
		w := &watch{slowness: slowness}
		config := serve(t, reference.Options{Platform: platform.Config{Customize: w.over}})
		report := suites.Run(t.Context(), open(t, config))
		if report.Outcome != conformance.Conformant {
			t.Errorf("outcome %s: %q", report.Outcome, report.Reasons)
		}
		got := w.roundTrips()
		t.Logf("%d requests in %d round trips of %s", len(w.spans), got, slowness)
		if got <= budget {
			return
		}
	}
	t.Errorf("too many requests waited for one another; want %d at most", budget)
}

// A quota answers 429 to the last few requests of every group. It counts requests and not time, so that a slow machine
// meets it as often as a fast one.
type quota struct {
	every, refused int64
	seen, limited  atomic.Int64
}

// over makes the quota part of a platform.
func (q *quota) over(parts *platform.Parts) error {
	next := parts.Handler
	parts.Handler = http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if (q.seen.Add(1)-1)%q.every < q.every-q.refused {
			next.ServeHTTP(out, r)
			return
		}
		q.limited.Add(1)
		http.Error(out, `{"errcode":"RATE_LIMITED","error":"too many exchanges"}`, http.StatusTooManyRequests)
	})
	return nil
}

// TestALimitedTargetIsNotFailed: a target that answers 429 is tested at its pace, and the report says so.
func TestALimitedTargetIsNotFailed(t *testing.T) {
	q := &quota{every: 40, refused: 3}
	config := serve(t, reference.Options{Platform: platform.Config{Customize: q.over}})
	config.Only = []string{"login.openid-*", "code.single-use", "concurrency.no-crosstalk"}
	config.Target.Profiles = []string{assay.ProfileLogin, assay.ProfileHardened}
	report := suites.Run(t.Context(), open(t, config))
	if report.Counts.Fail+report.Counts.Warn+report.Counts.Error > 0 || !report.Error.IsZero() {
		crosstalk, _ := report.Result("concurrency.no-crosstalk")
		t.Errorf("counts %+v, reasons %q, error %q; concurrency.no-crosstalk: %s", report.Counts, report.Reasons, report.Error, crosstalk.Reason)
	}
	said := slices.ContainsFunc(report.Notes, func(n phrase.Phrase) bool { return n.Key() == phrase.RateLimited })
	if q.limited.Load() == 0 || !said {
		t.Errorf("%d requests were refused; notes %q", q.limited.Load(), report.Notes)
	}
}

// TestClocksThatDiffer: a platform whose clock is off by minutes, or by the hours of a time zone, issues tokens by that
// clock; the report notes it, and the verdict does not change. A difference of days fails.
func TestClocksThatDiffer(t *testing.T) {
	for off, want := range map[time.Duration]string{
		5 * time.Minute: "5m0s ahead of", -5 * time.Minute: "5m0s behind", 0: "",
		2 * time.Hour: "2h0m0s ahead of", -2 * time.Hour: "2h0m0s behind", 48 * time.Hour: "48h0m0s ahead of",
	} {
		config := serve(t, reference.Options{Platform: platform.Config{Clock: func() time.Time { return time.Now().Add(off) }}})
		config.Only = []string{"token.times"}
		config.Hello.Ops = slices.DeleteFunc(assay.Ops(), func(op assay.Op) bool { return op == assay.OpAdvance })
		report := suites.Run(t.Context(), open(t, config))
		verdict, judged := assay.Pass, "; its tokens are judged by either clock"
		if off > 24*time.Hour {
			verdict, judged = assay.Warn, "; its tokens are judged by this machine's alone"
		}
		notes := strings.Join(phrase.Strings(report.Notes), "\n")
		if want == "" && notes != "" || want != "" && (!strings.Contains(notes, want) || !strings.HasSuffix(notes, judged)) {
			t.Errorf("%s: notes %q", off, notes)
		}
		if result, _ := report.Result("token.times"); result.Verdict != verdict {
			t.Errorf("%s: %s, want %s: %+v", off, result.Verdict, verdict, result.Findings)
		}
	}
}

// A redated answer has a Date that is off, whatever the platform's is.
type redated struct {
	http.ResponseWriter
	off time.Duration
}

func (d redated) WriteHeader(status int) {
	d.Header().Set("Date", time.Now().Add(d.off).UTC().Format(http.TimeFormat))
	d.ResponseWriter.WriteHeader(status)
}

// TestADateOfAnotherClock: a front whose clock is months off dates every answer, and the tokens behind it have the right time. The
// driver can advance the clock, so that a platform may be as far ahead; its tokens' iat shows that it is not.
func TestADateOfAnotherClock(t *testing.T) {
	const months = 90 * 24 * time.Hour
	for _, c := range []struct{ off, ahead time.Duration }{{months, 0}, {-months, 0}, {months, months}} {
		date := func(parts *platform.Parts) error {
			next := parts.Handler
			parts.Handler = http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) { next.ServeHTTP(redated{out, c.off}, r) })
			return nil
		}
		config := serve(t, reference.Options{Platform: platform.Config{Customize: date, Clock: func() time.Time { return time.Now().Add(c.ahead) }}})
		config.Only = []string{"token.times", "login.ok"}
		report := suites.Run(t.Context(), open(t, config))
		if result, _ := report.Result("token.times"); result.Verdict != assay.Pass {
			t.Errorf("a Date %s off, a platform %s ahead: %s: %+v", c.off, c.ahead, result.Verdict, result.Findings)
		}
	}
}
