package loadgen

import (
	"fmt"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/reports/benchmark"
)

// Defaults of a Plan.
const (
	DefaultDuration = 30 * time.Second
	DefaultWarmUp   = 5 * time.Second
	DefaultUsers    = 1000
	DefaultTimeout  = 10 * time.Second
	// DefaultInFlight bounds the exchanges in flight of a schedule, and DefaultClosed those of a closed loop.
	DefaultInFlight = 2048
	DefaultClosed   = 64
)

// Limits of a Plan: a value beyond them is most likely a typing error.
const (
	MaxUsers    = codes.MaxUsers
	MaxInFlight = 50_000
	MaxDuration = 7 * 24 * time.Hour
)

// The names of the phases of a plan. The steps of a search have names of their own.
const (
	WarmUp   = "warm-up"
	Measured = "measured"
)

// A Plan says what is sent and when. Zero members get their defaults, except WarmUp: there is no warm-up by default.
type Plan struct {
	// Closed is a closed loop: every worker sends its next exchange as soon as the last one is over, with InFlight workers.
	// Otherwise arrivals follow Shape, from Rate to To, both in exchanges a second. Constant and Poisson have no To.
	Closed   bool
	Shape    arrivals.Shape
	Rate, To float64
	Duration time.Duration
	// Stages take the place of Closed, Shape, Rate, To and Duration: see [Plan.InStages].
	Stages []Stage
	// WarmUp is how long exchanges are sent before the measurement, at the rate at which the schedule starts. A warm-up too
	// short for one arrival is left out.
	WarmUp time.Duration
	Mix    Mix
	// Users is how many different users codes are minted for at most. In a short run there are fewer, so that each of them signs in
	// several times, and their answers can be compared.
	Users int
	// InFlight bounds the exchanges in flight.
	InFlight int
	// Engine says how requests are sent; empty is [engine.Auto].
	Engine engine.Kind
	// Reuse says for how long connections are used.
	Reuse engine.Reuse
	// Timeout bounds one exchange.
	Timeout time.Duration
	// Seed decides the order of the mix and the arrivals of Poisson.
	Seed uint64
	// SLO are the service levels that the report judges.
	SLO []assay.SLO
	// Until ends the run when all of it is known. The run is judged after Duration and, while something is not known, after twice, 4 and 8
	// times that; then it ends.
	Until []Goal
	// AbortOnViolated ends the run when a service level is certainly violated. It is judged when Until is; without Until, after an
	// eighth, a quarter and half of Duration.
	AbortOnViolated bool
	// DeclaredRate is the rate at which the target declares its service levels to hold; 0 if it declares none.
	DeclaredRate float64

	reuseGrace time.Duration // as declared
	maxUsers   int           // that were asked for, where there are fewer; else 0
	looks      []time.Duration
	half       half // of a schedule that two runs share: see Halves
}

// completed returns the plan with its defaults; search says that it is where a search starts. The error says what is not possible.
func (p Plan) completed(target assay.Target, search bool) (_ Plan, err error) {
	p.reuseGrace = target.Declares.ReuseGrace
	if p, err = p.staged(search); err != nil {
		return p, err
	}
	p = p.withDefaults()
	switch {
	case p.Duration < 0 || p.Duration > MaxDuration:
		return p, fmt.Errorf("duration %s is not between 0s and %s", p.Duration, MaxDuration)
	case p.WarmUp < 0 || p.WarmUp > MaxDuration:
		return p, fmt.Errorf("warm-up %s is not between 0s and %s", p.WarmUp, MaxDuration)
	case p.Timeout < 0:
		return p, fmt.Errorf("timeout %s is not positive; use one like 10s", p.Timeout)
	case p.Users < 0 || p.Users > MaxUsers:
		return p, fmt.Errorf("users %d is not between 1 and %d", p.Users, MaxUsers)
	case p.InFlight < 0 || p.InFlight > MaxInFlight:
		return p, fmt.Errorf("in-flight %d is not between 1 and %d", p.InFlight, MaxInFlight)
	}
	if p, err = p.withLooks(); err != nil {
		return p, err
	}
	if _, err := p.schedule(); err != nil {
		return p, err
	}
	if !p.Closed && !arrivals.AnyWithin(p.Rate, p.WarmUp) {
		p.WarmUp = 0
	}
	if err := p.Mix.check(); err != nil {
		return p, err
	}
	if users := p.returning(); users < p.Users && !target.Declares.CodeSupersedes {
		p.Users, p.maxUsers = users, p.Users
	}
	return p, nil
}

// Every user signs in signIns times on average, if the users are not fewer than fewestUsers.
const signIns, fewestUsers = 4, 8

// returning is how many users there may be for each of them to sign in several times; as many as asked for in a closed loop, which
// does not say how much it sends.
func (p Plan) returning() int {
	schedule, err := p.schedule()
	if err != nil || schedule == nil {
		return p.Users
	}
	endpoint := assay.Login
	if !p.Mix.Uses(endpoint) {
		endpoint = assay.Phone
	}
	due := float64(schedule.Len()) + p.Rate*p.WarmUp.Seconds()
	return max(fewestUsers, int(due*p.Mix.signInShare(endpoint)/signIns))
}

func (p Plan) withDefaults() Plan {
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
	if p.Engine == "" {
		p.Engine = engine.Auto
	}
	if p.Shape == "" {
		p.Shape = arrivals.Constant
	}
	if p.Mix == (Mix{}) {
		p.Mix = DefaultMix()
	}
	return p
}

// schedule is when exchanges are due; nil in a closed loop.
func (p Plan) schedule() (arrivals.Schedule, error) {
	if p.Closed {
		return nil, nil
	}
	if len(p.Stages) > 0 {
		return p.sequence()
	}
	if p.half != wholeSchedule {
		return p.share()
	}
	return arrivals.New(p.Shape, p.Rate, p.To, p.Duration, p.Seed)
}

// warmUp is the plan of the warm-up: the rate at which the run starts.
func (p Plan) warmUp() Plan {
	p.Shape, p.To, p.Duration, p.Stages = arrivals.Constant, 0, p.WarmUp, nil
	return p
}

// warmWorkers is how many workers start and connect before the clock starts.
func (p Plan) warmWorkers() int {
	if p.Closed {
		return p.InFlight
	}
	const least, most = 8, 256
	return min(p.InFlight, max(least, min(most, int(p.Rate/250))))
}

// report is the plan as the report has it.
func (p Plan) report() benchmark.Plan {
	shape := string(p.Shape)
	switch {
	case p.Closed:
		shape = benchmark.Closed
	case len(p.Stages) > 0:
		shape = benchmark.Staged
	}
	return benchmark.Plan{Shape: shape, Rate: p.Rate, To: p.To, Duration: p.Duration.Seconds(), WarmUp: p.WarmUp.Seconds(),
		Mix: p.Mix.Weights(), Users: p.Users, MaxUsers: p.maxUsers, InFlight: p.InFlight, Timeout: p.Timeout.Seconds(), Seed: int64(p.Seed),
		MaxRequests: p.Reuse.MaxRequests, FullHandshakes: p.Reuse.FullHandshakes, Stages: p.reportStages(), DeclaredRate: p.DeclaredRate, Until: p.goals(), AbortOnViolated: p.AbortOnViolated}
}
