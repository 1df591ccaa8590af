package suites

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
)

// evidenceEntry names the report entry that carries a spec's evidence.
const evidenceEntry = "assay evidence"

// Evidence is the result of one spec: a requirement on one endpoint. Reporters find it as a Ginkgo report entry; the
// session keeps its own copy.
type Evidence struct {
	ID       string
	Endpoint assay.Endpoint
	Verdict  assay.Verdict
	// NotApplicable is set where the contract leaves out what is untested.
	NotApplicable bool
	Findings      []conformance.Finding
	Reasons       []phrase.Phrase
	Seconds       float64
}

// Register adds the session's specs to the current Ginkgo tree, once. Requirement ids are labels. The specs keep their
// order, which the session's seed decides. Specs of requirements that are not selected skip themselves. The tree may hold other
// specs too; [Session.Conclude] ignores them.
func Register(s *Session) { s.registerAll(s.plan(), func(entry) bool { return true }) }

// registerAll adds the specs of the wanted entries. The others still count as entries of the session.
func (s *Session) registerAll(entries []entry, wanted func(entry) bool) {
	s.beside = s.company(entries)
	s.mu.Lock()
	s.specs, s.total, s.judgesAll = nil, 0, map[string]bool{}
	for _, e := range entries {
		s.judgesAll[e.requirement.ID] = s.judgesAll[e.requirement.ID] || e.stage == record && e.alsoMain
	}
	s.mu.Unlock()
	ginkgo.Describe(container, ginkgo.Ordered, ginkgo.ContinueOnFailure, func() {
		ginkgo.BeforeAll(func(ctx ginkgo.SpecContext) {
			within, cancel := s.within(ctx)
			defer cancel()
			err := s.preflight(within)
			if silent, isSilent := errors.AsType[*silentError](err); isSilent && silent.limited && s.worked() {
				return // every spec says so
			}
			if err != nil {
				s.broken = phrase.Of(err).Map(s.config.Redactor.Text)
				ginkgo.Fail(s.broken.String())
			}
			s.prepare(within, entries)
		})
		for _, e := range entries {
			if !wanted(e) {
				continue
			}
			for _, endpoint := range e.on() {
				s.register(e, endpoint)
			}
		}
	})
}

// register adds one spec to the container that Ginkgo is building.
func (s *Session) register(e entry, endpoint assay.Endpoint) {
	own := ownSpec{e.key(endpoint), title(e, endpoint)}
	s.mu.Lock()
	s.specs = append(s.specs, own)
	s.mu.Unlock()
	if s.selected[e.requirement.ID] {
		s.total++
	}
	ginkgo.It(own.title, labels(e, endpoint), func(ctx ginkgo.SpecContext) { s.spec(ctx, e, endpoint) })
}

// container is the text of the container of the specs.
const container = "unified login"

// An ownSpec is a spec that Register added. The tree may hold other specs too.
type ownSpec struct {
	key   trialKey
	title string
}

// in finds the spec in Ginkgo's report, by its text and by the file that it was added in.
func (own ownSpec) in(report types.Report) (types.SpecReport, bool) {
	here := types.NewCodeLocation(0).FileName
	for _, spec := range report.SpecReports {
		if spec.LeafNodeType == types.NodeTypeIt && spec.LeafNodeText == own.title && spec.LeafNodeLocation.FileName == here {
			return spec, true
		}
	}
	return types.SpecReport{}, false
}

func title(e entry, endpoint assay.Endpoint) string {
	switch { // its other spec has the same sentence
	case e.stage == record && e.alsoMain:
		e.requirement.Says += " (in every answer)"
	case e.stage == aftermath:
		e.requirement.Says += " (after bad input)"
	case e.stage == nextDay:
		e.requirement.Says += " (a day later)"
	}
	if endpoint == "" {
		return fmt.Sprintf("%s: %s", e.requirement.ID, e.requirement.Says)
	}
	return fmt.Sprintf("%s (%s): %s", e.requirement.ID, endpoint, e.requirement.Says)
}

// labels let the ginkgo command select by id, level, profile and endpoint.
func labels(e entry, endpoint assay.Endpoint) ginkgo.Labels {
	labels := ginkgo.Labels{e.requirement.ID, "level:" + string(e.requirement.Level)}
	for _, profile := range e.requirement.Profiles {
		labels = append(labels, "profile:"+profile)
	}
	if endpoint != "" {
		labels = append(labels, endpointLabel+string(endpoint))
	}
	return labels
}

const endpointLabel = "endpoint:"

// within is a context that ends with the spec or with the run, whichever ends first.
func (s *Session) within(spec context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(spec)
	stop := context.AfterFunc(s.ctx, func() { cancel(context.Cause(s.ctx)) })
	return ctx, func() { stop(); cancel(nil) }
}

// spec tries one entry on one endpoint and reports the result to Ginkgo and the progress.
func (s *Session) spec(ctx context.Context, e entry, endpoint assay.Endpoint) {
	evidence := s.evidence(ctx, e, endpoint)
	s.mu.Lock()
	s.found[e.key(endpoint)] = evidence
	s.mu.Unlock()
	ginkgo.AddReportEntry(evidenceEntry, evidence, ginkgo.ReportEntryVisibilityNever)
	if s.config.Progress != nil && s.selected[evidence.ID] {
		s.done++
		s.config.Progress.Step(s.done, s.total, evidence.ID, endpoint, evidence.Verdict)
	}
	switch evidence.Verdict {
	case assay.Fail, assay.Error:
		ginkgo.Fail(evidence.text())
	case assay.Untested:
		ginkgo.Skip(phrase.Join(evidence.Reasons...).String())
	}
}

// evidence is the result of the entry's trial on the endpoint. The trials on its other endpoints, and those of the entries
// beside it, are independent: they run at the same time, and their results wait in s.tried for their specs.
func (s *Session) evidence(ctx context.Context, e entry, endpoint assay.Endpoint) Evidence {
	if tried, found := s.tried[e.key(endpoint)]; found {
		return tried
	}
	within, cancel := s.within(ctx)
	defer cancel()
	pieces := s.pieces(e, endpoint)
	found := make([]Evidence, len(pieces))
	var all sync.WaitGroup
	for i, p := range pieces {
		all.Go(func() {
			began := time.Now()
			t := s.try(within, p.entry, p.endpoint)
			found[i] = Evidence{ID: p.requirement.ID, Endpoint: p.endpoint, Verdict: t.verdict(), Findings: t.findings,
				Reasons: t.reasons, Seconds: time.Since(began).Seconds()}
			found[i].NotApplicable = t.notApplicable && found[i].Verdict == assay.Untested
		})
	}
	all.Wait()
	for i, p := range pieces {
		s.tried[p.key(p.endpoint)] = found[i]
	}
	return s.tried[e.key(endpoint)]
}

// try runs the entry's trial, unless one of its needs is not met.
func (s *Session) try(ctx context.Context, e entry, endpoint assay.Endpoint) *Trial {
	t := s.trial(ctx, e, endpoint)
	switch reason := s.missing(e.requirement, endpoint); {
	case !reason.IsZero():
		t.conclude(assay.Untested, reason)
	case e.stage == later:
		t = s.judgeLate(ctx, e, endpoint)
	default:
		t.run(s.onEveryReplica(e))
	}
	if gone := s.driverGone(); gone != "" && t.verdict() == assay.Error {
		t.reset() // every case has the same reason
		t.conclude(assay.Error, phrase.Plain(gone))
	}
	if ctx.Err() != nil && !t.violated() {
		t = s.cutShort(ctx, t, e)
	}
	return t
}

// onEveryReplica tries the entry at each API server in turn, since any of them may be wrong.
func (s *Session) onEveryReplica(e entry) func(*Trial) {
	if s.client.Replicas() < 2 || e.stage == record {
		return e.body
	}
	return func(t *Trial) {
		for replica := range s.client.Replicas() {
			t.replica, t.situation = replica, ""
			e.body(t)
			t.await() // its cases belong to this replica
		}
	}
}

func (s *Session) trial(ctx context.Context, e entry, endpoint assay.Endpoint) *Trial {
	return &Trial{session: s, ctx: asking(ctx, e.requirement.ID), requirement: e.requirement, Endpoint: endpoint, final: e.once, timed: e.stage == later}
}

// text is the evidence for Ginkgo's own output.
func (e Evidence) text() string {
	var text strings.Builder
	for _, finding := range e.Findings {
		fmt.Fprintf(&text, "%s\n  expected: %s\n  actual:   %s\n  exchanges: %s\n  %s\n", finding.Situation,
			finding.Expected, finding.Actual, strings.Join(finding.Exchanges, " "), finding.Reproduce)
	}
	text.WriteString(strings.Join(phrase.Strings(e.Reasons), "\n"))
	return text.String()
}

// A trialKey names a requirement on an endpoint, in one stage: some requirements are tried in the main stage and judged from
// every exchange of the run as well.
type trialKey struct {
	id       string
	endpoint assay.Endpoint
	stage    stage
}

func (e entry) key(endpoint assay.Endpoint) trialKey {
	return trialKey{e.requirement.ID, endpoint, e.stage}
}
