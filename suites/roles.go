package suites

import (
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/reproduce"
	"github.com/unified-login/assay/suites/expect"
)

// A step is an exchange of a finding, in its role.
type step = reproduce.Step

// stepsTo gives exchanges that led to a probe their roles. They are in the order in which they were sent.
func stepsTo(probe assay.Exchange, led []assay.Exchange) []step {
	var steps []step
	used := false
	for _, x := range led {
		role := conformance.Before
		switch {
		case x.ID == probe.ID:
			continue
		case sameCode(x, probe) && !used && expect.SignedIn(x):
			role, used = conformance.FirstUse, true
		case sameCode(x, probe):
			role = conformance.Replay
		case expect.SignedIn(x):
			role = conformance.Twin
		}
		steps = append(steps, step{Exchange: x, Role: role})
	}
	return append(steps, step{Exchange: probe, Role: conformance.Probe})
}

func sameCode(a, b assay.Exchange) bool {
	return a.Code != nil && b.Code != nil && a.Code.Code != "" && a.Code.Code == b.Code.Code
}

// stepsOf gives several exchanges that were judged together their roles. The probe is the one that completes the violation: the
// first that violates the matcher alone, or else the last of the shortest beginning that violates it.
func stepsOf(m expect.Matcher, claimed []assay.Exchange) []step {
	at := slices.IndexFunc(claimed, func(x assay.Exchange) bool { return violates(m, x) })
	alone := at >= 0
	if !alone {
		at = len(claimed) - 1
		for n := range claimed {
			if violates(m, claimed[:n+1]...) {
				at = n
				break
			}
		}
	}
	probe := claimed[at]
	race := len(claimed) > 1 && sameCode(claimed[0], claimed[1])
	var against, others []step
	for i, x := range claimed {
		switch {
		case i == at:
		case race && expect.SignedIn(x) && len(against) == 0 && i < at:
			against = append(against, step{Exchange: x, Role: conformance.FirstUse})
		case race:
			others = append(others, step{Exchange: x, Role: conformance.Racer})
		case !alone && len(against) == 0 && violates(m, x, probe):
			against = append(against, step{Exchange: x, Role: conformance.Compared})
		default:
			others = append(others, step{Exchange: x, Role: conformance.Before})
		}
	}
	return append(append(others, against...), step{Exchange: probe, Role: conformance.Probe})
}

func violates(m expect.Matcher, exchanges ...assay.Exchange) bool {
	_, ok := m.Judge(exchanges...)
	return !ok
}

// contradicting gives a probe and what it contradicts their roles.
func contradicting(theirs, probe assay.Exchange) []step {
	return []step{{Exchange: theirs, Role: conformance.Compared}, {Exchange: probe, Role: conformance.Probe}}
}

// alike makes every exchange a probe: they differ from what was expected in the same way.
func alike(exchanges []assay.Exchange) []step {
	steps := make([]step, len(exchanges))
	for i, x := range exchanges {
		steps[i] = step{Exchange: x, Role: conformance.Probe}
	}
	return steps
}

// secondLooks are the exchanges of earlier or later attempts that showed the same.
func secondLooks(exchanges []assay.Exchange) []step {
	steps := alike(exchanges)
	for i := range steps {
		steps[i].Role = conformance.SecondLook
	}
	return steps
}

// history finds what led to an exchange of the record: the first use of its code, or the latest sign-in of its user.
func (t *Trial) history(probe assay.Exchange) []step {
	if probe.Code == nil || probe.Code.UserID == "" {
		return nil
	}
	t.session.mu.Lock()
	defer t.session.mu.Unlock()
	var before []step
	for _, x := range t.session.exchanges {
		earlier := x.ID != probe.ID && !x.Sent.Add(x.Took).After(probe.Sent) && x.Code != nil && expect.SignedIn(x)
		switch {
		case earlier && sameCode(x, probe):
			return []step{{Exchange: x, Role: conformance.FirstUse}}
		case earlier && userOf(x) == userOf(probe) && x.Endpoint == probe.Endpoint && expect.SignedIn(probe):
			before = []step{{Exchange: x, Role: conformance.Before}}
		}
	}
	return before
}

// userOf is the code of an exchange without what is not its user's.
func userOf(x assay.Exchange) assay.Code {
	return assay.Code{AppID: x.Code.AppID, UserID: x.Code.UserID, Channel: x.Code.Channel, Phone: x.Code.Phone}
}
