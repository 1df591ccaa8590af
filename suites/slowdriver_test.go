//go:build !race

package suites_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
)

// A serialDriver issues one code after the other. The time that a code takes is the only time that passes, for the platform as
// well, so that no busy machine can make it slower.
type serialDriver struct {
	assay.Host
	each, life time.Duration

	turn   sync.Mutex
	mu     sync.Mutex
	passed time.Duration
	began  time.Time
}

func (d *serialDriver) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.began.Add(d.passed)
}

func (d *serialDriver) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	codes := map[assay.Op]int{assay.OpMint: request.Count, assay.OpLogin: 1, assay.OpGetPhoneNumber: 1, assay.OpOverlap: 2}[request.Op]
	if codes == 0 {
		return d.Host.Ask(ctx, request)
	}
	d.turn.Lock()
	defer d.turn.Unlock()
	var reply assay.HostReply
	single := request
	single.Count = min(request.Count, 1)
	for range max(request.Count, 1) {
		d.mu.Lock()
		d.passed += d.each * time.Duration(codes/max(request.Count, 1))
		d.mu.Unlock()
		one, err := d.Host.Ask(ctx, single)
		if err != nil {
			return one, err
		}
		for i := range one.Codes {
			one.Codes[i].ExpiresAt = d.now().Add(d.life)
		}
		all := append(reply.Codes, one.Codes...)
		reply = one
		reply.Codes = all
	}
	return reply, nil
}

// An undated answer has no Date. This machine's clock, by which requests are sent, does not run with the driver's, so that a Date
// would say that somebody moves the platform's.
type undated struct{ http.ResponseWriter }

func (u undated) WriteHeader(status int) {
	u.Header()["Date"] = nil
	u.ResponseWriter.WriteHeader(status)
}

func (u undated) Write(p []byte) (int, error) {
	u.Header()["Date"] = nil
	return u.ResponseWriter.Write(p)
}

func undatedAnswers(parts *platform.Parts) error {
	next := parts.Handler
	parts.Handler = http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) { next.ServeHTTP(undated{out}, r) })
	return nil
}

// TestASlowDriverAccusesNobody: the driver takes 200 ms for a code, one after the other, and codes live for 30 s. Then the
// reference passes, or a requirement is untested because the driver is too slow for that lifetime.
func TestASlowDriverAccusesNobody(t *testing.T) {
	for _, each := range []time.Duration{200 * time.Millisecond, 5 * time.Second} {
		d := &serialDriver{each: each, life: 30 * time.Second, began: time.Now()}
		config := serve(t, reference.Options{
			Platform: platform.Config{CodeTTL: d.life, Clock: d.now, Customize: undatedAnswers},
			Host:     func(next assay.Host) assay.Host { d.Host = next; return d },
		})
		config.Skip = []string{"token.times"} // the platform's clock is minutes ahead in the end
		s := open(t, config)
		suites.SetClock(s, d.now)
		report := suites.Run(t.Context(), s)
		if report.Counts.Fail+report.Counts.Warn+report.Counts.Error > 0 || !report.Error.IsZero() {
			t.Errorf("%s: counts %+v, reasons %q, error %q", each, report.Counts, report.Reasons, report.Error)
		}
		tooSlow := 0
		for _, r := range report.Requirements {
			if strings.Contains(r.Reason.String(), "the driver is too slow for this lifetime") {
				tooSlow++
			}
			if r.Verdict == assay.Fail || r.Verdict == assay.Warn || r.Verdict == assay.Error {
				t.Errorf("%s: %s %s: %s %+v", each, r.ID, r.Verdict, r.Reason, r.Findings)
			}
		}
		t.Logf("%s: %+v, too slow for %d", each, report.Counts, tooSlow)
		if each < time.Second && tooSlow > 0 || each > time.Second && tooSlow == 0 {
			t.Errorf("%s: the driver is too slow for %d requirements", each, tooSlow)
		}
	}
}
