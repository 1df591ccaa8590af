// Package check looks for mistakes in a driver. It requests every op that the driver offers, checks the replies against the
// protocol, and sends nothing to the platform.
//
// Start with [Run]. ops.go and system.go send the requests, transport.go checks concurrency and transports, judge.go checks
// the replies, untested.go names the requirements that need a missing op, and pool.go checks files of codes.
package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/driver"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/internal/redact"
)

// An Outcome is the outcome of one check.
type Outcome string

// The outcomes. An op that is not offered is not a problem, but leaves requirements untested. Untested is a check that needs
// what another check did not get, because of a problem.
const (
	OK         Outcome = "ok"
	Problem    Outcome = "problem"
	NotOffered Outcome = "not offered"
	Untested   Outcome = "untested"
)

// A Result is the result of one check. Text is one line: what was seen, what to change, or what stays untested.
type Result struct {
	Check   string
	Outcome Outcome
	Text    string
}

// A Config configures a check.
type Config struct {
	Target assay.Target // its driver, its first mini-programs, and what it declares
	Seed   uint64       // of the test users
	// Patience is how long a test run waits by default for requirements about time.
	Patience time.Duration
	// Stderr receives the standard error of a driver that is a child process; nil: discarded.
	Stderr io.Writer
	// Learn is called with every secret that the driver sends or receives and its kind: "code", "pat" or "phone". It may
	// be called by several goroutines at once; nil: not called.
	Learn func(kind, secret string)
	// Tell is called with every result as soon as it is known.
	Tell func(Result)
}

// Run checks the target's driver and passes the results to config.Tell. The error is that of ctx, or says that the target
// names no driver.
func Run(ctx context.Context, config Config) error {
	switch config.Target.Driver.Kind() {
	case assay.NoDriver:
		return errors.New("the target names no driver to check; add driver: {exec: …}, {http: …} or {pool: …}")
	case assay.DriverPool:
		return checkPool(config)
	}
	return newChecker(config, func() (assay.Host, func() error, error) {
		return driver.Dial(config.Target, config.Stderr)
	}).run(ctx)
}

// A checker checks one driver.
type checker struct {
	config Config
	dial   func() (assay.Host, func() error, error)
	people *people.People

	host      assay.Host
	closeHost func() error
	hello     assay.Hello
	starts    int // how often the driver was dialled
	seen      seen
	pats      []string // issued by the driver and not revoked
	failed    map[assay.Op]bool
}

func newChecker(config Config, dial func() (assay.Host, func() error, error)) *checker {
	limits, _ := people.LimitsOf(config.Target.Channels, config.Target.Phones) // the target file was checked
	return &checker{config: config, dial: dial, people: people.Within(config.Seed, limits), seen: seen{by: map[string]string{}}, failed: map[assay.Op]bool{}}
}

// A step is one check of a driver that offers op.
type step struct {
	name string
	op   assay.Op // empty: every driver
	do   func(context.Context) (said string, err error)
}

// steps lists the checks. PATs are revoked after they were issued, and the clock is moved last.
func (c *checker) steps() []step {
	steps := []step{
		{"login", assay.OpLogin, c.taps(assay.OpLogin)},
		{"login, nobody injected", assay.OpLogin, c.tapsOfNobody(assay.OpLogin)},
		{"getPhoneNumber", assay.OpGetPhoneNumber, c.taps(assay.OpGetPhoneNumber)},
		{"getPhoneNumber, nobody injected", assay.OpGetPhoneNumber, c.tapsOfNobody(assay.OpGetPhoneNumber)},
		{"overlap", assay.OpOverlap, c.overlaps},
		{"mint, for one user", assay.OpMint, c.mints(c.mintForOne)},
		{"mint, spread over users", assay.OpMint, c.mints(c.mintSpread)},
		{"issuePat", assay.OpIssuePAT, c.issuePATs},
		{"revokePat", assay.OpRevokePAT, c.revokePATs},
		{"gray", assay.OpGray, c.gray},
		{"expire", assay.OpExpire, c.expire},
		{"several requests at once", "", c.together},
		{"unknown members", "", c.unknownMembers},
	}
	if c.config.Target.Driver.Seal != "" {
		steps = append(steps, step{"seal", "", c.seal})
	}
	if c.config.Target.Driver.Kind() == assay.DriverHTTP {
		steps = append(steps, step{"token", "", c.token})
	}
	return append(steps, step{"advance", assay.OpAdvance, c.advance})
}

func (c *checker) run(ctx context.Context) error {
	if !c.begin(ctx) {
		return ctx.Err()
	}
	told := map[assay.Op]bool{}
	for _, step := range c.steps() {
		if step.op == "" || c.hello.Offers(step.op) {
			c.try(ctx, step)
		} else if !told[step.op] {
			told[step.op] = true
			c.tell(string(step.op), NotOffered, "%s", untestedWithout(step.op, c.hello, c.config.Target, c.config.Patience))
		}
		if ctx.Err() != nil || c.host == nil {
			break
		}
	}
	c.end()
	return ctx.Err()
}

// begin starts the driver and checks its hello. Without a hello nothing else can be checked.
func (c *checker) begin(ctx context.Context) bool {
	reply, err := c.start(ctx)
	if ctx.Err() != nil {
		return false
	}
	if err != nil {
		c.tell("hello", Problem, "%v", err)
		return false
	}
	c.hello = *reply.Hello
	if faults := judgeHello(c.hello); len(faults) > 0 {
		c.tell("hello", Problem, "%s", strings.Join(faults, "; "))
	} else {
		c.tell("hello", OK, "%s %s offers %s%s", redact.Prose(c.hello.Name), redact.Prose(c.hello.Version),
			opsOf(c.hello), on(c.hello.Platforms))
	}
	return true
}

// start dials the driver and requests hello. If that fails, the connection is closed.
func (c *checker) start(ctx context.Context) (assay.HostReply, error) {
	c.starts++
	host, closeHost, err := c.dial()
	if err != nil {
		return assay.HostReply{}, describe(err)
	}
	c.host, c.closeHost = host, closeHost
	reply, err := c.ask(ctx, assay.HostRequest{Op: assay.OpHello, Protocol: assay.DriverProtocol})
	if err == nil && reply.Hello == nil {
		err = errors.New(`a reply without the member "hello"; see hello in the protocol`)
	}
	if err != nil {
		c.drop()
	}
	return reply, err
}

// drop closes the connection to a driver that does not answer.
func (c *checker) drop() {
	_ = c.closeHost() // the failure is already known
	c.host = nil
}

// try runs one step and reports its result.
func (c *checker) try(ctx context.Context, step step) {
	said, err := step.do(ctx)
	if ctx.Err() != nil {
		return
	}
	remark := ""
	if _, broken := errors.AsType[*brokenError](err); broken {
		remark = c.revive(ctx)
	}
	unsupported, refused := errors.AsType[*assay.UnsupportedError](err)
	_, untried := errors.AsType[*untriedError](err)
	_, blocked := errors.AsType[*blockedError](err)
	switch {
	case err == nil:
		c.tell(step.name, OK, "%s", said)
	case refused:
		c.tell(step.name, NotOffered, "hello lists it, but the reply is unsupported: %s", unsupported.Why)
	case untried:
		c.tell(step.name, NotOffered, "%v", err)
	case blocked:
		c.tell(step.name, Untested, "%v", err)
	default:
		c.failed[step.op] = true
		c.tell(step.name, Problem, "%v%s", err, remark)
	}
}

// maxStarts is how often a driver is started. It may take more than a minute to be certain that it is dead.
const maxStarts = 4

// revive restarts a driver that does not answer hello any more, and returns a remark about it.
func (c *checker) revive(ctx context.Context) (remark string) {
	if _, err := c.ask(ctx, assay.HostRequest{Op: assay.OpHello, Protocol: assay.DriverProtocol}); err == nil {
		return ""
	}
	c.drop()
	if c.starts == maxStarts {
		return fmt.Sprintf(" (not restarted after %d starts; the following checks are skipped)", c.starts)
	}
	if _, err := c.start(ctx); err != nil {
		return " (and could not be restarted; the following checks are skipped)"
	}
	return " (restarted for the following checks)"
}

// end closes the driver's input and checks that it exits.
func (c *checker) end() {
	if c.host == nil {
		return
	}
	err := c.closeHost()
	switch {
	case c.config.Target.Driver.Kind() != assay.DriverExec:
	case err != nil:
		c.tell("end of input", Problem, "%v: exit when standard input ends, without waiting for anything else", err)
	default:
		c.tell("end of input", OK, "it exits when its input closes")
	}
}

func (c *checker) tell(check string, outcome Outcome, format string, values ...any) {
	c.config.Tell(Result{check, outcome, fmt.Sprintf(format, values...)})
}

func (c *checker) learn(kind, secret string) {
	if c.config.Learn != nil && secret != "" {
		c.config.Learn(kind, secret)
	}
}
