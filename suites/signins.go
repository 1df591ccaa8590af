package suites

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// SignInsAs is the record of the run's sign-ins on the endpoint. Where there are few, because the run was narrowed, it signs
// in a dozen users first.
func (t *Trial) SignInsAs() expect.Record {
	const users = 12
	all := t.recorded()
	if missing := users - len(all); missing > 0 && t.session.codesUnmet(t.Endpoint).IsZero() {
		t.Each(missing, func(i int) { t.Exchange(t.Code(), client.Replica(i)) })
		all = t.recorded()
	}
	return all
}

// recorded is the record of the sign-ins so far. It is made again only when there were exchanges since.
func (t *Trial) recorded() expect.Record {
	exchanges := t.Record()
	t.session.mu.Lock()
	made, known := t.session.signIns[t.Endpoint]
	t.session.mu.Unlock()
	if !known || made.of != len(exchanges) {
		made = madeRecord{expect.RecordOf(exchanges, t.PAT().Reveal()), len(exchanges)}
		t.session.mu.Lock()
		t.session.signIns[t.Endpoint] = made
		t.session.mu.Unlock()
	}
	return made.record
}

// A madeRecord is a record and the number of exchanges that it was made of.
type madeRecord struct {
	record expect.Record
	of     int
}

// successes lists the exchanges that have to give an identity of the right type: those that gave one with a status of 2xx, and
// documented ones that said OK without one, except replays.
func (t *Trial) successes() []assay.Exchange {
	signIns, used := t.SignInsAs(), map[string]bool{}
	for _, s := range signIns {
		if s.Code != nil {
			used[s.Code.Code] = true
		}
	}
	given := signIns.Successes().Exchanges()
	t.session.mu.Lock()
	defer t.session.mu.Unlock()
	for _, x := range t.session.exchanges {
		without := x.Endpoint == t.Endpoint && x.Response != nil && !x.Failed() && x.Response.Status/100 == 2 && !expect.Identified(x)
		if without && !t.session.refusals[x.ID] && x.Code != nil && !used[x.Code.Code] && x.Requirement != "phone.none" && expect.Documented(x, t.PAT().Reveal()) &&
			x.Response.Envelope().Errcode() == assay.OK {
			given = append(given, x)
		}
	}
	return given
}

// busiest are the requirements that sign in most users on an endpoint: what befalls one of many shows where there are many.
func busiest(endpoint assay.Endpoint) []string {
	if endpoint == assay.Phone {
		return []string{"phone.*", "code.*"}
	}
	return []string{"login.*", "host.*"}
}

// seldom reports whether so few of many sign-ins violate a requirement that it may be by chance.
func seldom(some, of int) bool {
	const oneIn = 10
	return some > 0 && oneIn*some < of
}

// pairs makes a finding of the first few of several pairs of exchanges that contradict each other.
func (t *Trial) pairs(pairs [][2]assay.Exchange, expected string, actual func(theirs, x assay.Exchange) string) {
	const most = 4
	if t.sources = nil; seldom(len(pairs), len(t.recorded())) {
		t.sources = busiest(t.Endpoint)
	}
	for _, pair := range pairs[:min(len(pairs), most)] {
		t.foundViolation(expected, actual(pair[0], pair[1]), contradicting(pair[0], pair[1])...)
	}
	if more := len(pairs) - most; more > 0 {
		t.Note(phrase.MoreOfThem, more)
	}
}
