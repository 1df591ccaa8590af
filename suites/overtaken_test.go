//go:build !race

package suites_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/platform"
	"github.com/unified-login/assay/fixtures/reference"
	"github.com/unified-login/assay/suites"
)

// A sharedDriver is also another run's, which advances the platform's clock right after the requests that moves names.
type sharedDriver struct {
	assay.Host
	by    time.Duration
	moves func(assay.HostRequest, assay.HostReply) bool
}

func (d *sharedDriver) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	reply, err := d.Host.Ask(ctx, request)
	if err == nil && d.moves(request, reply) {
		_, err = d.Host.Ask(ctx, assay.HostRequest{Op: assay.OpAdvance, Seconds: d.by.Seconds()})
	}
	return reply, err
}

// TestAnotherRunsClockAccusesNobody: the codes that this run has just got are over, and the reference is not to blame. Another run
// advances the clock by a lifetime, however short that is.
func TestAnotherRunsClockAccusesNobody(t *testing.T) {
	for name, lifetime := range map[string]time.Duration{"five minutes": 5 * time.Minute, "ten seconds": 10 * time.Second} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			d := &sharedDriver{by: lifetime + 2*time.Second, moves: func(_ assay.HostRequest, reply assay.HostReply) bool {
				return asked.Add(1)%50 == 0 && len(reply.Codes) > 0
			}}
			config := serve(t, reference.Options{Platform: platform.Config{CodeTTL: lifetime}, Host: func(next assay.Host) assay.Host { d.Host = next; return d }})
			config.Only = []string{"login.ok", "code.lifetime", "code.expiry", "code.single-use", "token.times", "limits.recovery"}
			report := suites.Run(t.Context(), open(t, config))
			if report.Counts.Fail+report.Counts.Warn+report.Counts.Error > 0 || report.Counts.Pass == 0 || !report.Error.IsZero() {
				t.Errorf("counts %+v, reasons %q, error %q", report.Counts, report.Reasons, report.Error)
			}
			for _, result := range report.Requirements {
				if result.Verdict == assay.Fail || result.Verdict == assay.Error {
					t.Logf("%s %s: %s %+v", result.ID, result.Verdict, result.Reason, result.Findings)
				}
			}
		})
	}
}

// TestCodesThatAnotherRunEndedAreReplaced: another run advances the clock together with this one, so that the codes that were to
// be half as old as their lifetime are over. The lifetime of others shows what is asked.
func TestCodesThatAnotherRunEndedAreReplaced(t *testing.T) {
	var advanced atomic.Int64
	d := &sharedDriver{by: 5 * time.Minute, moves: func(request assay.HostRequest, _ assay.HostReply) bool {
		return request.Op == assay.OpAdvance && advanced.Add(1) == 1
	}}
	config := serve(t, reference.Options{Host: func(next assay.Host) assay.Host { d.Host = next; return d }})
	config.Only = []string{"code.lifetime", "code.expiry"}
	report := suites.Run(t.Context(), open(t, config))
	for _, id := range config.Only {
		if result, _ := report.Result(id); result.Verdict != assay.Pass {
			t.Errorf("%s: %s %s %+v", id, result.Verdict, result.Reason, result.Findings)
		}
	}
}

// TestASuspendedMachineAccusesNobody: while the machine was suspended, the platform's clock went on, and the codes that it has just got are
// over. Without that, a platform that refuses them is to blame.
func TestASuspendedMachineAccusesNobody(t *testing.T) {
	for name, suspended := range map[string]bool{"suspended": true, "awake": false} {
		t.Run(name, func(t *testing.T) {
			var asked, slept atomic.Int64
			d := &sharedDriver{by: 6 * time.Minute, moves: func(_ assay.HostRequest, reply assay.HostReply) bool {
				// Which requirement the twentieth code is for is not the same in each run: awake, it and all later ones are over.
				if len(reply.Codes) == 0 {
					return false
				}
				if n := asked.Add(1); n < 20 || n > 20 && suspended {
					return false
				}
				slept.Add(int64(6 * time.Minute))
				return true
			}}
			config := serve(t, reference.Options{Host: func(next assay.Host) assay.Host { d.Host = next; return d }})
			config.Hello.Ops = slices.DeleteFunc(slices.Clone(config.Hello.Ops), func(op assay.Op) bool { return op == assay.OpAdvance })
			config.Only, config.Seed = []string{"login.ok", "code.single-use", "pat.accepted"}, 1
			session := open(t, config)
			suites.SetClockSet(session, func() time.Duration {
				if suspended {
					return time.Duration(slept.Load())
				}
				return 0
			})
			report := suites.Run(t.Context(), session)
			if blamed := report.Counts.Fail > 0; blamed == suspended || slept.Load() == 0 || report.Counts.Error > 0 {
				t.Errorf("counts %+v, reasons %q, error %q", report.Counts, report.Reasons, report.Error)
			}
		})
	}
}

// TestAMoveDuringAnExchangeAccusesNobody: the platform writes Date as it begins with a request, and its clock is moved before it looks at
// the codes of some. What others are answered next tells so.
func TestAMoveDuringAnExchangeAccusesNobody(t *testing.T) {
	for nth := range int64(9) {
		var host assay.Host
		var exchanges atomic.Int64
		move := func(next platform.Step) platform.Step {
			return func(ctx context.Context, e *platform.Exchange) *platform.Refusal {
				if exchanges.Add(1) == 10+nth {
					if _, err := host.Ask(ctx, assay.HostRequest{Op: assay.OpAdvance, Seconds: (6 * time.Minute).Seconds()}); err != nil {
						t.Error(err)
					}
				}
				return next(ctx, e)
			}
		}
		config := serve(t, reference.Options{
			Host: func(next assay.Host) assay.Host { host = next; return next },
			Platform: platform.Config{Customize: func(parts *platform.Parts) error {
				return parts.Steps.Wrap(platform.StepHeader, move)
			}},
		})
		config.Only = []string{"login.ok", "pat.accepted"}
		report := suites.Run(t.Context(), open(t, config))
		if report.Counts.Fail+report.Counts.Error > 0 || report.Counts.Pass == 0 || exchanges.Load() < 10+nth {
			t.Errorf("exchange %d: counts %+v, reasons %q, error %q", 10+nth, report.Counts, report.Reasons, report.Error)
		}
		for _, result := range report.Requirements {
			if result.Verdict == assay.Fail || result.Verdict == assay.Error {
				t.Logf("%s %s: %s %+v", result.ID, result.Verdict, result.Reason, result.Findings)
			}
		}
	}
}
