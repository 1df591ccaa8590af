package suites

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A ledger redeems every code once, and answers losers as losing says: it is asked with the numbers of the codes and the
// losers so far.
type ledger struct {
	losing func(codes, losers int) string

	mu     sync.Mutex
	used   map[string]bool
	losers int
}

func (l *ledger) answer(_ int, code string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.used == nil {
		l.used = map[string]bool{}
	}
	switch {
	case code == "":
		return denied // a request that warms a connection
	case !l.used[code]:
		l.used[code] = true
		return accepted
	default:
		l.losers++
		return l.losing(len(l.used), l.losers)
	}
}

// TestRacesGoOnWhileInDoubt: losers who get a 500 are reason enough to try again, until a code is redeemed twice.
func TestRacesGoOnWhileInDoubt(t *testing.T) {
	const enough = 40 // more than the rounds before
	for name, test := range map[string]struct {
		losing func(codes, losers int) string
		want   assay.Verdict
		played int
	}{
		"a server error": {func(codes, _ int) string {
			if codes < enough {
				return `500 {"errcode":"X"}`
			}
			return accepted
		}, assay.Fail, enough},
		"two kinds of refusals": {func(codes, losers int) string {
			if codes < enough {
				return fmt.Sprintf(`40%d {"errcode":"X"}`, losers%2)
			}
			return accepted
		}, assay.Fail, enough},
		"no doubt": {func(_, _ int) string { return denied }, assay.Pass, 4},
	} {
		t.Run(name, func(t *testing.T) {
			l := &ledger{losing: test.losing}
			p := &script{answer: l.answer}
			trial := p.try(t, "code.single-use-race", func(trial *Trial) {
				r := &rounds{trial: trial, size: 8, volley: 2}
				if !r.run(2) && !r.goOn(&spare{time: time.Hour, rounds: 1 << 20}) {
					r.conclude(8)
				}
			})
			expectVerdict(t, trial, test.want)
			if played := len(l.used); played < test.played || test.want == assay.Pass && played > test.played {
				t.Errorf("%d codes, want %d", played, test.played)
			}
		})
	}
}

// TestRacesEndInDoubt: without time or rounds to spare, the doubt is a remark.
func TestRacesEndInDoubt(t *testing.T) {
	for name, test := range map[string]struct {
		left  spare
		codes int
	}{
		"no time":      {spare{rounds: 1 << 20}, 6},
		"eight rounds": {spare{time: time.Hour, rounds: 8}, 6 + 8},
	} {
		t.Run(name, func(t *testing.T) {
			l := &ledger{losing: func(_, _ int) string { return `500 {"errcode":"X"}` }}
			p := &script{answer: l.answer}
			trial := p.try(t, "code.single-use-race", func(trial *Trial) {
				r := &rounds{trial: trial, size: 8, volley: 4}
				if !r.run(4) && !r.goOn(&test.left) {
					r.conclude(8)
				}
			})
			expectVerdict(t, trial, assay.Pass)
			if !slices.ContainsFunc(trial.reasons, func(p phrase.Phrase) bool { return p.Key() == phrase.RaceDoubtful }) {
				t.Errorf("reasons %q", trial.reasons)
			}
			if len(l.used) != test.codes {
				t.Errorf("%d codes, want %d", len(l.used), test.codes)
			}
		})
	}
}

// TestBoutsOfABusyVolleyAreTriedAgain: what was no race because the target was too busy for the volley is raced in a smaller one.
func TestBoutsOfABusyVolleyAreTriedAgain(t *testing.T) {
	const size, volley = 2, 12
	l := &ledger{losing: func(_, _ int) string { return denied }}
	for name, test := range map[string]struct {
		busy   int // so many exchanges are answered 503
		want   assay.Verdict
		raced  int
		volley int
	}{
		"the first volley":     {size * volley, assay.Pass, volley, volley / 2},
		"the second one, too":  {size * (volley + volley/2), assay.Pass, volley, volley / 4},
		"even a volley of one": {1 << 20, assay.Error, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			l.used = nil
			var seen atomic.Int64
			p := &script{answer: func(n int, code string) string {
				if code != "" && seen.Add(1) <= int64(test.busy) {
					return busy
				}
				return l.answer(n, code)
			}}
			p.try(t, "code.single-use-race", func(trial *Trial) {
				r := &rounds{trial: trial, size: size, volley: volley}
				if r.several(r.among(volley)) {
					t.Error("excused")
				}
				r.conclude(size)
				if r.raced != test.raced || r.volley != test.volley || trial.verdict() != test.want {
					t.Errorf("%d races, volleys of %d, %s; want %d, %d, %s", r.raced, r.volley, trial.verdict(), test.raced, test.volley, test.want)
				}
			})
		})
	}
}

// TestVolleysAreHalved: a target that is busy or limited gets smaller volleys first, and smaller crowds only where it is busy
// with one.
func TestVolleysAreHalved(t *testing.T) {
	answers := func(statuses ...int) (list []assay.Exchange) {
		for _, status := range statuses {
			list = append(list, assay.Exchange{Response: &assay.Response{Status: status}})
		}
		return list
	}
	for name, test := range map[string]struct {
		volley, size         int
		answers              []assay.Exchange
		wantVolley, wantSize int
	}{
		"answered":           {16, 2, answers(http.StatusOK, http.StatusUnauthorized), 16, 2},
		"busy":               {16, 8, answers(http.StatusOK, http.StatusServiceUnavailable), 8, 8},
		"limited":            {16, 8, answers(http.StatusOK, http.StatusTooManyRequests), 8, 8},
		"busy with one":      {1, 8, answers(http.StatusOK, http.StatusServiceUnavailable), 1, 4},
		"limited with one":   {1, 8, answers(http.StatusOK, http.StatusTooManyRequests), 1, 8},
		"busy with the last": {1, 2, answers(http.StatusOK, http.StatusServiceUnavailable), 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			r := &rounds{size: test.size, volley: test.volley}
			slowed := r.slowDown(test.answers)
			if changed := r.volley != test.volley || r.size != test.size; slowed != changed {
				t.Errorf("slowed down: %v", slowed)
			}
			if r.volley != test.wantVolley || r.size != test.wantSize {
				t.Errorf("volleys of %d rounds of %d, want %d of %d", r.volley, r.size, test.wantVolley, test.wantSize)
			}
		})
	}
}
