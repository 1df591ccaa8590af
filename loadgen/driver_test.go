package loadgen_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
)

// A hostFunc is a host that is a function.
type hostFunc func(context.Context, assay.HostRequest) (assay.HostReply, error)

// Ask implements [assay.Host].
func (f hostFunc) Ask(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
	return f(ctx, request)
}

func TestSlowDriverSaturatesTheGenerator(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	whole := config.Host
	config.Host = hostFunc(func(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
		time.Sleep(20 * time.Millisecond) // for one code: too few for the plan, even with the codes minted before the start
		request.Count = 1
		return whole.Ask(ctx, request)
	})
	config.Plan = brief(loadgen.Mix{Login: 1})
	config.Plan.Rate, config.Plan.Duration = 4000, 500*time.Millisecond
	report := run(t, config)
	if report.Outcome != benchmark.Saturated || report.Generator.Codes.Starved == 0 || report.Generator.Codes.Minters < 2 {
		t.Errorf("%s: %v, %+v", report.Outcome, report.Reasons, report.Generator.Codes)
	}
}

func TestDeadDriverEndsTheRunWithoutFailures(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	whole := config.Host
	var asked atomic.Int64
	config.Host = hostFunc(func(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
		if asked.Add(1) > 2 {
			return assay.HostReply{}, &assay.DriverError{Op: assay.OpMint, Why: "the driver has died"}
		}
		return whole.Ask(ctx, request)
	})
	config.Plan = brief(loadgen.Mix{Login: 1})
	config.Plan.Duration = time.Hour
	report := run(t, config)
	if report.Outcome != benchmark.Errored || !strings.Contains(report.Error.String(), "the driver has died") || report.Exchanges.Failed() > 0 {
		t.Errorf("%s: %s, %+v", report.Outcome, report.Error, report.Exchanges)
	}
}

// Codes that a driver must not return are an error of the driver, and are never sent to the target.
func TestUnusableCodesEndTheRun(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, want string
		spoil      func(codes []assay.Code)
	}{
		{"expired", "every code was already expired", func(codes []assay.Code) {
			for i := range codes {
				codes[i].ExpiresAt = time.Now().Add(-time.Minute)
			}
		}},
		{"repeated", "of 16 codes were returned before", func(codes []assay.Code) {
			for i := range codes {
				codes[i] = codes[i/2*2]
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, config := served(t, nil)
			whole := config.Host
			config.Host = hostFunc(func(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
				reply, err := whole.Ask(ctx, request)
				test.spoil(reply.Codes)
				return reply, err
			})
			config.Plan = brief(loadgen.Mix{Login: 1})
			config.Plan.Duration = time.Hour
			report := run(t, config)
			if report.Outcome != benchmark.Errored || !strings.Contains(report.Error.String(), test.want) || report.Exchanges.Failed() > 0 {
				t.Errorf("%s: %s, %+v", report.Outcome, report.Error, report.Exchanges)
			}
		})
	}
}

func TestEmptyPoolEndsTheRun(t *testing.T) {
	t.Parallel()
	_, config := served(t, nil)
	whole := config.Host
	var left atomic.Int64
	left.Store(50)
	config.Host = hostFunc(func(ctx context.Context, request assay.HostRequest) (assay.HostReply, error) {
		request.Count = int(min(int64(request.Count), left.Load()))
		if request.Count == 0 {
			return assay.HostReply{}, &assay.UnsupportedError{Op: assay.OpMint, Why: "the pool has too few codes"}
		}
		left.Add(-int64(request.Count))
		return whole.Ask(ctx, request)
	})
	config.Plan = brief(loadgen.Mix{Login: 1})
	report := run(t, config)
	if report.Outcome != benchmark.Errored || !strings.Contains(report.Error.String(), "too few codes") || report.Exchanges.Accepted != 50 {
		t.Errorf("%s: %s, %+v", report.Outcome, report.Error, report.Exchanges)
	}
}
