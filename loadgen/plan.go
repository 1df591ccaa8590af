package loadgen

import (
	"fmt"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/reports/benchmark"
)

// Defaults of a Plan.
const (
	DefaultDuration = 30 * time.Second
	DefaultWarmUp   = 5 * time.Second
	DefaultUsers    = 1000
	DefaultTimeout  = 10 * time.Second
	// DefaultInFlight bounds the exchanges under way of a schedule, DefaultClosed those of a closed loop.
	DefaultInFlight = 2048
	DefaultClosed   = 64
)

// A Plan says what is sent and when. Zero members have their defaults, but for WarmUp, of which 0 is none.
type Plan struct {
	// Closed is a closed loop: as fast as InFlight exchanges at a time allow. Otherwise arrivals follow Shape, from
	// Rate, and to To where the shape goes somewhere; both are per second.
	Closed   bool
	Shape    arrivals.Shape
	Rate, To float64
	Duration time.Duration
	// WarmUp is how long is sent before anything is measured, at the rate that the schedule begins with. Where that rate
	// is too low for a single arrival, there is none.
	WarmUp time.Duration
	Mix    Mix
	// Users is how many different users codes are minted for.
	Users int
	// InFlight bounds the exchanges under way at the same time.
	InFlight int
	// Timeout bounds one exchange.
	Timeout time.Duration
	Seed    uint64
	SLO     []assay.SLO
	// DeclaredRate is the rate at which the target declares its service levels to hold; 0 for none.
	DeclaredRate float64

	reuseGrace time.Duration // as declared
}

// Limits of a plan: beyond them is most likely a slip of the keyboard.
const (
	MaxUsers    = codes.MaxUsers
	MaxInFlight = 50_000
	MaxDuration = 7 * 24 * time.Hour
)

// completed is the plan with its defaults, checked.
func (p Plan) completed(target assay.Target) (Plan, error) {
	p.reuseGrace = target.Declares.ReuseGrace
	if p.Duration == 0 {
		p.Duration = DefaultDuration
	}
	if p.Timeout == 0 {
		p.Timeout = DefaultTimeout
	}
	if p.Users == 0 {
		p.Users = DefaultUsers
	}
	if p.InFlight == 0 {
		p.InFlight = DefaultInFlight
		if p.Closed {
			p.InFlight = DefaultClosed
		}
	}
	if p.Shape == "" {
		p.Shape = arrivals.Constant
	}
	if p.Mix == (Mix{}) {
		p.Mix = DefaultMix()
	}
	switch {
	case p.Duration < 0 || p.Duration > MaxDuration:
		return p, fmt.Errorf("duration %s is not between 0 and %s", p.Duration, MaxDuration)
	case p.WarmUp < 0 || p.WarmUp > MaxDuration:
		return p, fmt.Errorf("warm-up %s is not between 0 and %s; 0s is none", p.WarmUp, MaxDuration)
	case p.Timeout < 0:
		return p, fmt.Errorf("timeout %s is not a time to wait; try 10s", p.Timeout)
	case p.Users < 0 || p.Users > MaxUsers:
		return p, fmt.Errorf("users %d; there can be 1 to %d", p.Users, MaxUsers)
	case p.InFlight < 0 || p.InFlight > MaxInFlight:
		return p, fmt.Errorf("in-flight %d; 1 to %d exchanges can be under way", p.InFlight, MaxInFlight)
	}
	if _, err := p.schedule(); err != nil {
		return p, err
	}
	if !p.Closed && !arrivals.AnyWithin(p.Rate, p.WarmUp) {
		p.WarmUp = 0
	}
	return p, p.Mix.check()
}

// schedule is when exchanges are due; nil in a closed loop.
func (p Plan) schedule() (arrivals.Schedule, error) {
	if p.Closed {
		return nil, nil
	}
	return arrivals.New(p.Shape, p.Rate, p.To, p.Duration, p.Seed)
}

// warmUp is the plan of the warm-up: the rate that the run begins with.
func (p Plan) warmUp() Plan {
	p.Shape, p.To, p.Duration = arrivals.Constant, 0, p.WarmUp
	return p
}

// stock is how many codes of one kind are kept: what two seconds need. A run so slow that it needs few keeps more, against a
// moment's weakness of the driver, but for no longer than twenty seconds: a lifetime need not be known.
func (p Plan) stock() int {
	const least, enough, most = 8, 256, 1 << 15
	if p.Closed {
		return 1 << 14
	}
	fastest := max(p.Rate, p.To)
	return max(least, min(enough, int(20*fastest)), min(most, int(2*fastest)))
}

// connections is how many are made before the clock starts.
func (p Plan) connections() int {
	if p.Closed {
		return p.InFlight
	}
	const least, most = 8, 256
	return min(p.InFlight, max(least, min(most, int(p.Rate/250))))
}

// report is the plan as the report has it.
func (p Plan) report() benchmark.Plan {
	shape := string(p.Shape)
	if p.Closed {
		shape = benchmark.Closed
	}
	return benchmark.Plan{Shape: shape, Rate: p.Rate, To: p.To, Duration: p.Duration.Seconds(), WarmUp: p.WarmUp.Seconds(),
		Mix: p.Mix.Weights(), Users: p.Users, InFlight: p.InFlight, Timeout: p.Timeout.Seconds(), Seed: int64(p.Seed),
		DeclaredRate: p.DeclaredRate}
}
