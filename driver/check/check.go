// Package check tells the author of a driver what is wrong with it. It asks for every op that the driver offers, holds
// what comes back to the protocol, and sends nothing to the platform.
//
// Start with [Run]. ops.go asks, judge.go holds replies to the protocol, lack.go says what is left untested without an
// op, and pool.go is about files of codes.
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

// An Outcome is what a check came to.
type Outcome string

// The outcomes. What is not offered is no problem: it leaves requirements untested.
const (
	OK         Outcome = "ok"
	Problem    Outcome = "problem"
	NotOffered Outcome = "not offered"
)

// A Result is one check: what was looked at, what it came to, and, in a line, what was seen, what to change or what is
// missed.
type Result struct {
	Check   string
	Outcome Outcome
	Text    string
}

// A Config says what is checked.
type Config struct {
	Target assay.Target // its driver, its first mini-programs, and what it declares
	Seed   uint64       // decides the users
	// Patience is how long a run waits for requirements about time where nobody says otherwise.
	Patience time.Duration
	// Stderr gets the standard error of a driver that is a child process; nil: nobody does.
	Stderr io.Writer
	// Learn is told every secret that the driver gives or is given, with its kind: "code", "pat" or "phone".
	Learn func(kind, secret string)
	// Tell is told every result, as soon as there is one.
	Tell func(Result)
}

// Run checks the target's driver. The error is that of ctx, or says that there is no driver to check; whatever is wrong
// with the driver is told.
func Run(ctx context.Context, config Config) error {
	switch config.Target.Driver.Kind() {
	case "none":
		return errors.New("the target names no driver to check; give it one with driver: {exec: …}, {http: …} or {pool: …}")
	case "pool":
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

	host   assay.Host
	hangUp func() error
	hello  assay.Hello
	starts int // how often it has been dialled
	given  given
	pats   []string // that it issued and that have not been revoked
}

func newChecker(config Config, dial func() (assay.Host, func() error, error)) *checker {
	return &checker{config: config, dial: dial, people: people.New(config.Seed), given: given{by: map[string]string{}}}
}

// A step is one check of a driver that offers op.
type step struct {
	name string
	op   assay.Op // empty: of any driver
	do   func(context.Context) (said string, err error)
}

// steps are in an order that leaves nothing behind: what was issued is revoked, and the clock is moved last.
func (c *checker) steps() []step {
	steps := []step{
		{"login", assay.OpLogin, c.taps(assay.OpLogin)},
		{"login, nobody injected", assay.OpLogin, c.tapsOfNobody(assay.OpLogin)},
		{"getPhoneNumber", assay.OpGetPhoneNumber, c.taps(assay.OpGetPhoneNumber)},
		{"getPhoneNumber, nobody injected", assay.OpGetPhoneNumber, c.tapsOfNobody(assay.OpGetPhoneNumber)},
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
	if c.config.Target.Driver.Kind() == "http" {
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
			c.tell(string(step.op), NotOffered, "%s", lack(step.op, c.hello, c.config.Target, c.config.Patience))
		}
		if ctx.Err() != nil || c.host == nil {
			break
		}
	}
	c.end()
	return ctx.Err()
}

// begin starts the driver and hears what it offers; without a hello there is nothing else to ask.
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

// start dials the driver and says hello. What cannot be talked to is not kept.
func (c *checker) start(ctx context.Context) (assay.HostReply, error) {
	c.starts++
	host, hangUp, err := c.dial()
	if err != nil {
		return assay.HostReply{}, reworded(err)
	}
	c.host, c.hangUp = host, hangUp
	reply, err := c.ask(ctx, assay.HostRequest{Op: assay.OpHello, Protocol: assay.DriverProtocol})
	if err == nil && reply.Hello == nil {
		err = errors.New("a reply without hello; see hello in the protocol")
	}
	if err != nil {
		c.drop()
	}
	return reply, err
}

// drop is the end of a driver that is not worth another word.
func (c *checker) drop() {
	_ = c.hangUp() // how it ends is no question any more
	c.host = nil
}

// try takes one step and tells what came of it.
func (c *checker) try(ctx context.Context, step step) {
	said, err := step.do(ctx)
	if ctx.Err() != nil {
		return
	}
	remark := ""
	if _, broken := errors.AsType[*brokenError](err); broken {
		remark = c.revive(ctx)
	}
	unsupported, lacking := errors.AsType[*assay.UnsupportedError](err)
	_, untried := errors.AsType[*untriedError](err)
	switch {
	case err == nil:
		c.tell(step.name, OK, "%s", said)
	case lacking:
		c.tell(step.name, NotOffered, "it is in hello, but answered by unsupported: %s", unsupported.Why)
	case untried:
		c.tell(step.name, NotOffered, "%v", err)
	default:
		c.tell(step.name, Problem, "%v%s", err, remark)
	}
}

// maxStarts is how often a driver is started. Each of its deaths may take more than a minute to be certain of.
const maxStarts = 4

// revive starts a driver again that does not even answer hello any more, and says so.
func (c *checker) revive(ctx context.Context) (remark string) {
	if _, err := c.ask(ctx, assay.HostRequest{Op: assay.OpHello, Protocol: assay.DriverProtocol}); err == nil {
		return ""
	}
	c.drop()
	if c.starts == maxStarts {
		return fmt.Sprintf(" (after %d starts it is not started again; what follows is not checked)", c.starts)
	}
	if _, err := c.start(ctx); err != nil {
		return " (and it could not be started again; what follows is not checked)"
	}
	return " (it was started again for what follows)"
}

// end closes the driver's input and sees whether it ends.
func (c *checker) end() {
	if c.host == nil {
		return
	}
	err := c.hangUp()
	switch {
	case c.config.Target.Driver.Kind() != "exec":
	case err != nil:
		c.tell("end of input", Problem, "%v: end when standard input ends, without waiting for anything else", err)
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
