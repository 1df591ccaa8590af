// Package suites verifies a unified-login implementation with Ginkgo specs, one for every requirement and endpoint. The
// specs are in ordinary files, so that a binary can contain them.
//
// Start with [Open], which makes a [Session] for one implementation. [Register] adds the specs to the current Ginkgo
// tree, beside yours, for `go test` and the ginkgo command; [Run] runs them in a tree of their own and returns the report.
//
// A chapter of the requirement set is a file: host.go, code.go, pat.go and so on. Its specs are functions of a [Trial],
// whose steps are in steps.go and whose Gomega expectations are in claim.go, with the matchers of package expect:
//
//	t.Given(t.Exchange(code)).To(expect.BeExchanged())
//	t.Expect(t.Exchange(code)).To(expect.BeRefused())
package suites

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/people"
	"github.com/unified-login/assay/internal/steady"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/transcript"
	"github.com/unified-login/assay/suites/client"
)

// Defaults of Config.
const (
	DefaultPatience = 35 * time.Second
	DefaultInFlight = 16
)

// A Config says what is tested and how. Target and Host decide what can be tested; everything else has a default.
type Config struct {
	Target assay.Target
	// Host issues the codes; nil if the target names no driver. Hello is what it offers.
	Host  assay.Host
	Hello assay.Hello
	// Only and Skip narrow the run to requirement ids, by pattern.
	Only, Skip []string
	// Waivers are the failures that the target's owner accepts.
	Waivers []assay.Waiver
	// Patience is how long the run may wait for the requirements about time; 0 means DefaultPatience, a negative value
	// no waiting.
	Patience time.Duration
	// PatienceLimit is how long the run may wait in all for a target that limits requests; 0 means what the declared limit makes
	// necessary, or else DefaultPatienceLimit; a negative value no waiting. A run that would wait longer ends as incomplete.
	PatienceLimit time.Duration
	// Needs says what the caller of Preflight sends afterwards, for the case that the target limits requests before; zero where the
	// suite runs.
	Needs phrase.Phrase
	// Seed decides users, mutations and the order of the specs.
	Seed uint64
	// Thorough tries every member of large input classes, not only a sample drawn by the seed.
	Thorough bool
	// InFlight bounds how many independent exchanges are in flight; 0 means DefaultInFlight. All exchanges of a race count as
	// one.
	InFlight int
	// Timeout bounds one exchange; 0 means 10 s, or more if the pre-flight shows that the target is slow.
	Timeout time.Duration
	// Version of the suite and Command line of the run, for the report.
	Version, Command string
	// TargetFlags name the target in the command lines of reproductions: "--target target.yaml". Empty for a target that ends
	// with the run: its reproductions are the requirement alone.
	TargetFlags string
	// Progress follows the run; nil for none.
	Progress Progress
	// Redactor learns every secret of the run before it is sent; nil for a new one.
	Redactor *transcript.Redactor
	// Transcript records every exchange; nil for none.
	Transcript *transcript.Writer
}

// Progress follows a run; a Conformance of reports/console is one.
type Progress interface {
	Step(done, total int, id string, endpoint assay.Endpoint, verdict assay.Verdict)
	Wait(left time.Duration, id string)
}

// A Session is one run against one implementation.
type Session struct {
	config      Config
	set         assay.RequirementSet
	selected    map[string]bool
	client      *client.Client
	route       *reach.Route
	people      *people.People
	users       injectedUsers
	random      *rand.Rand // guarded by mu
	pace        pace
	slots       *slots
	quiet       sync.Mutex    // held by second attempts at a sign-in
	backoff     time.Duration // before the second attempt at an inconclusive case; doubled every time
	time        timeline
	tried       map[trialKey]Evidence // results, some of specs that have not run yet
	beside      map[trialKey][]entry  // the entries that are tried together, by requirement
	specs       []ownSpec             // added by Register
	judgesAll   map[string]bool       // requirements that are judged from every exchange too
	waiting     sync.Mutex            // held while the run waits
	issuing     sync.RWMutex          // read-locked while a PAT is issued, locked while none but its holder's may be
	now         func() time.Time      // by which the age of codes is measured
	forward     func() time.Duration  // how far this machine's clock has been set forward
	clock       sync.RWMutex          // locked while the driver advances the platform's clock, read-locked while it issues codes
	advanced    atomic.Int64          // nanoseconds that the driver has advanced the platform's clock
	minter      minter
	issued      *issued
	done        int // specs finished
	total       int // specs registered
	started     time.Time
	ripe        time.Duration   // how old a code has to be; found by the pre-flight
	patsRefused atomic.Bool     // a new PAT was waited for without success
	ends        atomic.Int32    // a supersession; found by the pre-flight
	broken      phrase.Phrase   // why nothing could be tested; set by the pre-flight
	notes       []phrase.Phrase // for the reader of the report
	slowest     time.Duration   // exchange of the pre-flight

	mu         sync.Mutex
	exchanges  []assay.Exchange
	refusals   map[string]bool // ids of the exchanges that had to be refused
	kept       int             // bytes of the exchanges
	long       int             // bytes of those with long answers
	large      int             // bytes of those with large answers that are not long
	unkept     int             // exchanges that were left out of the record
	moves      []move          // of the platform's clock
	signIns    map[assay.Endpoint]madeRecord
	found      map[trialKey]Evidence // results of the specs that have run
	sampled    map[string]bool       // kinds of exchanges that have a sample in the record
	silence    silence
	retries    retries
	debt       debt
	burdens    burdens
	rush       rush
	besides    []besideCode
	tomorrow   tomorrow
	width      width
	throttle   throttle
	loneCrowds loneCrowds
	outage     outage
	early      *earlyUser // nil until login.openid-stable or login.unionid-global has signed one in
	// gone says why the driver stopped answering during the run; empty while it answers.
	gone string

	caller context.Context         // of Run
	ctx    context.Context         // of the run: it ends with the caller's or before
	stop   context.CancelCauseFunc // ends it, for a *silentError
}

// Open checks the configuration and makes a session; nothing is sent yet. Close it when done.
func Open(config Config) (*Session, error) {
	config.Patience = max(0, cmp.Or(config.Patience, DefaultPatience))
	config.InFlight = cmp.Or(config.InFlight, DefaultInFlight)
	if config.Redactor == nil {
		config.Redactor = transcript.NewRedactor(nil)
	}
	s := &Session{
		config:   config,
		set:      assay.Requirements(),
		random:   rand.New(rand.NewPCG(config.Seed, 1)),
		slots:    newSlots(config.InFlight),
		backoff:  100 * time.Millisecond,
		now:      time.Now,
		forward:  steady.Set,
		issued:   newIssued(),
		tried:    map[trialKey]Evidence{},
		found:    map[trialKey]Evidence{},
		refusals: map[string]bool{},
		signIns:  map[assay.Endpoint]madeRecord{},
		sampled:  map[string]bool{},
		started:  time.Now(),
	}
	if len(config.Target.APIServers) == 0 || len(config.Target.Apps) == 0 {
		return nil, errors.New("the target names no apiServer or no app")
	}
	if err := s.choose(); err != nil {
		return nil, err
	}
	route, err := reach.To(config.Target)
	if err != nil {
		return nil, err
	}
	s.route = route
	limits, err := people.LimitsOf(config.Target.Channels, config.Target.Phones)
	if err != nil {
		return nil, err
	}
	s.people = people.Within(config.Seed, limits)
	s.caller = context.Background()
	s.ctx, s.stop = context.WithCancelCause(s.caller)
	s.client = client.New(client.Options{
		Servers: config.Target.APIServers, Timeout: config.Timeout, Route: s.route, Record: s.record,
	})
	s.silence.limit = s.client.Timeout()
	s.pace.keepTo(config.Target.Declares.RateLimit)
	s.minter.declared, s.minter.kept = config.Target.Declares.CodeTTL, config.Target.Driver.Kind() == assay.DriverPool
	config.Redactor.Spare(config.Target.Apps...)
	pats := config.Target.PATs
	for _, pat := range pats.All() {
		s.learn(transcript.KindPAT, pat.Reveal())
	}
	s.learn(transcript.KindToken, config.Target.Driver.Token.Reveal())
	for _, value := range config.Target.Transport.Headers {
		s.learn(transcript.KindToken, value.Reveal())
	}
	return s, nil
}

// Close drops the session's connections.
func (s *Session) Close() {
	s.stop(nil)
	s.client.Close()
}

// choose selects the requirements to try.
func (s *Session) choose() error {
	only := s.config.Only
	if len(only) == 0 {
		only = []string{"*"}
	}
	chosen, err := s.set.Select(only...)
	if err != nil {
		return phrase.Failed(phrase.FlagWith, "--only", err)
	}
	skipped, err := s.set.Select(s.config.Skip...)
	if err != nil {
		return phrase.Failed(phrase.FlagWith, "--skip", err)
	}
	s.selected = map[string]bool{}
	for _, id := range chosen {
		s.selected[id] = true
	}
	for _, id := range skipped {
		delete(s.selected, id)
	}
	if len(s.selected) == 0 {
		return nothingLeft(s.config.Only, s.config.Skip)
	}
	return nil
}

// nothingLeft is the error for patterns that select no requirement: those of --skip, alone or with those of --only.
func nothingLeft(only, skip []string) error {
	if len(only) == 0 {
		return phrase.Failed(phrase.SkipAll, strings.Join(skip, ","))
	}
	return phrase.Failed(phrase.OnlyNothing, strings.Join(only, ","), strings.Join(skip, ","))
}

// learn makes secrets known to the redactor before they are sent.
func (s *Session) learn(kind string, secrets ...string) {
	for _, secret := range secrets {
		if secret != "" {
			s.config.Redactor.Learn(kind, secret)
		}
	}
}

// driver names the transport of the driver, for the report.
func (s *Session) driver() string {
	kind := s.config.Target.Driver.Kind()
	if kind == assay.NoDriver && s.config.Host != nil && len(s.config.Hello.Ops) > 0 {
		return conformance.InProcess
	}
	return string(kind)
}

// Begin is the report before the run: what is tested, and by what.
func (s *Session) Begin() conformance.Report {
	target := s.config.Target
	report := conformance.Report{
		Schema:         conformance.SchemaName,
		Suite:          conformance.Suite{Version: s.config.Version, RequirementSet: s.set.Name, Digest: s.set.Digest},
		Implementation: target.Implementation,
		Target:         conformance.Target{APIServers: target.APIServers, Driver: s.driver(), Insecure: target.Transport.Insecure},
		Seed:           int64(s.config.Seed),
		Started:        s.started,
		Command:        s.config.Command,
		Profiles:       conformance.Declare(target.Profiles...),
		Waivers:        conformance.Waivers(s.config.Waivers),
	}
	if len(s.config.Only)+len(s.config.Skip) > 0 {
		report.Selection = &conformance.Selection{Only: s.config.Only, Skip: s.config.Skip}
	}
	return report
}
