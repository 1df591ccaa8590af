package loadgen

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// A fickle line gives every exchange an openId of its own.
type fickle struct {
	played
	given *atomic.Int64
}

func (l *fickle) Exchange(r *engine.Request, timeout time.Duration) engine.Answer {
	a := l.played.Exchange(r, timeout)
	a.Body = fmt.Appendf(nil, `{"errcode":"OK","data":{"openId":"%d","channel":"finclip"}}`, l.given.Add(1))
	return a
}

// Of users who sign in once it cannot be told whether they are signed in rightly, and so it is not said.
func TestUsersWhoAreSeenOnceProveNothing(t *testing.T) {
	for users, want := range map[int]assay.Verdict{100: assay.Untested, 99: assay.Fail} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: 100, Duration: time.Second, Users: users})
			defer r.close()
			var given atomic.Int64
			r.line = func(int) engine.Connection {
				return &fickle{given: &given, played: played{wait: func(time.Time) time.Duration { return time.Millisecond }}}
			}
			report := benchmark.Conclude(r.report(r.whole(r.plan)))
			if got := report.Requirements[0]; got.ID != "load.identity" || got.Verdict != want || report.Exchanges.Uncompared != int64(users) {
				t.Errorf("%d users: %s %s: %s; %+v", users, got.ID, got.Verdict, got.Reason, report.Exchanges)
			}
		})
	}
}
