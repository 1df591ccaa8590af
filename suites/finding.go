package suites

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/reproduce"
	"github.com/unified-login/assay/suites/expect"
)

// An observation is what a finding says.
type observation struct {
	expected, actual string
	steps            []step         // in the order in which they were sent; none for what is not in an exchange
	sign             reproduce.Sign // nil where a script cannot see it
	oneConnection    bool
}

// mostExchanges is how many exchanges a finding names, without those of a second look.
const mostExchanges = 12

// found records a finding.
func (t *Trial) found(verdict assay.Verdict, o observation) {
	redact := t.session.config.Redactor.Text
	finding := conformance.Finding{Endpoint: t.Endpoint, Situation: redact(t.where()), Expected: redact(o.expected),
		Actual: redact(o.actual), Reproduce: t.reproduction(o)}
	finding.Exchanges, finding.Roles = rolesOf(o.steps)
	finding.Reuse = reuseIn(o.steps)
	if verdict != t.requirement.Violated() {
		finding.Verdict = verdict
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.verdicts = append(t.verdicts, verdict)
	t.findings = append(t.findings, finding)
	if slices.ContainsFunc(o.steps, func(s step) bool { return s.Role == conformance.Probe && unserving(s.Exchange) }) {
		t.unserved++
	}
}

// foundViolation records a finding that only the suite can see.
func (t *Trial) foundViolation(expected, actual string, steps ...step) {
	t.found(t.requirement.Violated(), observation{expected: expected, actual: actual, steps: steps})
}

// rolesOf lists the exchanges of a finding, the probe first, with their roles.
func rolesOf(steps []step) (ids []string, roles map[string]conformance.Role) {
	var f conformance.Finding
	f.Exchanges, f.Roles = []string{}, map[string]conformance.Role{}
	for _, s := range steps {
		if _, known := f.Roles[s.Exchange.ID]; !known {
			f.Exchanges = append(f.Exchanges, s.Exchange.ID)
			f.Roles[s.Exchange.ID] = s.Role
		}
	}
	f.Arrange()
	for _, id := range f.Exchanges[min(len(f.Exchanges), mostExchanges):] {
		delete(f.Roles, id)
	}
	return f.Exchanges[:min(len(f.Exchanges), mostExchanges)], f.Roles
}

// reuseIn compares the probe with the first use of its code, if there was one before it.
func reuseIn(steps []step) *conformance.Reuse {
	first := slices.IndexFunc(steps, func(s step) bool { return s.Role == conformance.FirstUse })
	probe := slices.IndexFunc(steps, func(s step) bool { return s.Role == conformance.Probe })
	if first < 0 || probe < 0 || !steps[probe].Exchange.Sent.After(steps[first].Exchange.Sent) {
		return nil
	}
	return conformance.ReuseOf(steps[first].Exchange, steps[probe].Exchange)
}

// secondLook adds the exchanges of an isolated retry to a finding.
func secondLook(finding *conformance.Finding, exchanges []assay.Exchange) {
	if finding.Roles == nil {
		finding.Roles = map[string]conformance.Role{}
	}
	for _, x := range exchanges[:min(len(exchanges), mostExchanges)] {
		finding.Exchanges = append(finding.Exchanges, x.ID)
		finding.Roles[x.ID] = conformance.SecondLook
	}
}

// bySuiteAlone are requirements whose violations depend on who signs in, which a script leaves to the driver, or on the order in
// which codes are issued.
func bySuiteAlone(id string) bool {
	return slices.Contains([]string{
		"code.outstanding", "code.replay-identity",
		"login.channel", "login.openid-distinct", "login.user-exact", "login.without-phone", "login.unionid-global", "login.openid-stable",
		"phone.injected", "phone.none", "concurrency.first-login",
	}, id)
}

// reproduction is the reproduction of an observation; empty if it is about no exchange.
func (t *Trial) reproduction(o observation) string {
	config := t.session.config
	run := reproduce.Run{Target: config.TargetFlags, Seed: config.Seed, PAT: config.Target.PATs.Valid.Reveal(), Servers: config.Target.APIServers,
		CA: config.Target.TLS.CA, Transport: config.Target.Transport, Public: []string{sampleCode}, Redactor: config.Redactor}
	fault := reproduce.Fault{ID: t.requirement.ID, Endpoint: t.Endpoint, Situation: config.Redactor.Text(t.where()), Steps: o.steps,
		OneConnection: o.oneConnection || t.client != nil}
	if t.Endpoint != "" && !t.timed && !t.unscripted && !bySuiteAlone(fault.ID) {
		fault.Sign = o.sign
	}
	fault.Also = t.sourcesOf(o.steps)
	if fault.ID == "limits.recovery" {
		fault.Also = []string{"limits.*"} // the bad input
	}
	return run.Script(fault)
}

// mostSources is how many other requirements a reproduction selects.
const mostSources = 4

// sourcesOf lists the other requirements without whose requests a finding cannot be shown again: those that the trial names, and those
// of the exchanges that led to the probes and of the probes.
func (t *Trial) sourcesOf(steps []step) []string {
	ids := slices.Clone(t.sources)
	for _, probes := range []bool{false, true} {
		for _, s := range steps {
			if (s.Role == conformance.Probe) == probes {
				ids = append(ids, s.Exchange.Requirement)
			}
		}
	}
	var others []string
	for _, id := range ids {
		if id != "" && id != t.requirement.ID && !slices.Contains(others, id) && len(others) < mostSources {
			others = append(others, id)
		}
	}
	return others
}

// decisive names the exchanges that kept the trial from a result: the last of them first, and three more at most.
func (t *Trial) decisive() phrase.Phrase {
	const most = 4
	var words []string
	seen := map[string]bool{}
	for _, x := range slices.Backward(t.exchanges) {
		summary := expect.Summary(x)
		if isDecided(x) || seen[summary] || len(words) == most {
			continue
		}
		seen[summary] = true
		words = append(words, x.ID+": "+summary)
	}
	if len(words) == 0 {
		return phrase.Phrase{}
	}
	return phrase.Plain(strings.Join(words, "; "))
}
