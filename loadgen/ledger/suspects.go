package ledger

import (
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/reports/benchmark"
)

// suspects are accepted exchanges that may be another user's: what those have in common that are counted together.
type suspects struct {
	endpoint assay.Endpoint
	status   int
	of       codes.Suspicion
}

// A suspicion is what retracting a suspect says of it.
type suspicion struct {
	endpoint assay.Endpoint
	of       codes.Suspicion
}

// suspected counts suspects, and keeps the first of them until the suspicion is proven. written are those in the transcript.
type suspected struct {
	count    benchmark.ErrorCount
	examples []example
}

// suspect counts an exchange that may be another user's, and forgets those of which it shows that they are not.
func (e *Evidence) suspect(x *Exchange, verdict Verdict) {
	of, retracted := x.finding.Suspicion, x.finding.Retracted
	if verdict != Accepted {
		of = 0
	}
	if of == 0 && len(retracted) == 0 && !x.finding.Swapped {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, one := range retracted {
		e.retract(one)
	}
	if x.finding.Swapped {
		e.swap(x)
	}
	if of == 0 {
		return
	}
	if early := (suspicion{x.Endpoint, of}); e.early[early] > 0 {
		e.early[early]--
		return
	}
	key := suspects{x.Endpoint, x.Answer.Status, of}
	one := e.suspects[key]
	if one == nil {
		one = &suspected{count: benchmark.ErrorCount{Endpoint: x.Endpoint, Verdict: WrongIdentity.String(), Status: x.Answer.Status, Errcode: assay.OK}}
		e.suspects[key] = one
	}
	if one.count.Count++; x.WarmUp {
		one.count.WarmUp++
	}
	if e.transcript != nil && len(one.examples)+len(one.count.Exchanges) < maxKeptOfKind {
		e.learn(x)
		one.examples = append(one.examples, example{failureKind{verdict: WrongIdentity}, x.copied(), kept(x.finding.Contrast)})
	}
}

// retract forgets one suspect of a user. The exchange that clears it may come first: of two whose identities are compared in one order,
// either may be counted before the other. The lock is held.
func (e *Evidence) retract(of codes.Accusation) {
	for key, one := range e.suspects {
		if key.endpoint != of.Endpoint || key.of != of.Of || one.count.Count == 0 {
			continue
		}
		one.count.Count--
		one.count.WarmUp = min(one.count.WarmUp, one.count.Count)
		i := slices.IndexFunc(one.examples, func(x example) bool { return x.wrong.Code.UserID == of.User.ID })
		if i >= 0 {
			one.examples = slices.Delete(one.examples, i, i+1)
		}
		return
	}
	e.early[suspicion{of.Endpoint, of.Of}]++
}

// swap notes that of two exchanges of a user that differ, the earlier one is the wrong one. The lock is held.
func (e *Evidence) swap(x *Exchange) {
	for key, one := range e.suspects {
		for i := range one.examples {
			pair := &one.examples[i]
			if key.endpoint == x.Endpoint && key.of&codes.ChangedSubject != 0 && pair.contradicts != nil && pair.wrong.Code.UserID == x.User.ID {
				pair.wrong, pair.contradicts = pair.contradicts, pair.wrong
			}
		}
	}
}

// Prove says which suspicions are proven by now, by endpoint. The exchanges that they are of are wrong, and are written.
func (e *Evidence) Prove(proven [2]codes.Suspicion) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.proven = proven
	for key, one := range e.suspects {
		if key.of&proven[Index(key.endpoint)] == 0 {
			continue
		}
		for _, example := range one.examples {
			if e.kept+1 < maxKept {
				e.writeTo(&one.count, example)
			}
		}
		one.examples = nil
	}
}

// withProven adds the suspects whose suspicions are proven to a list. The lock is held.
func (e *Evidence) withProven(list []benchmark.ErrorCount) []benchmark.ErrorCount {
	for key, one := range e.suspects {
		if key.of&e.proven[Index(key.endpoint)] == 0 || one.count.Count == 0 {
			continue
		}
		same := func(o benchmark.ErrorCount) bool {
			return o.Endpoint == key.endpoint && o.Verdict == one.count.Verdict && o.Status == key.status && o.Errcode == one.count.Errcode && o.Reason == ""
		}
		i := slices.IndexFunc(list, same)
		if i < 0 {
			i = len(list)
			list = append(list, benchmark.ErrorCount{Endpoint: key.endpoint, Verdict: one.count.Verdict, Status: key.status, Errcode: one.count.Errcode})
		}
		sum := &list[i]
		sum.Count, sum.WarmUp = sum.Count+one.count.Count, sum.WarmUp+one.count.WarmUp
		room := min(len(one.count.Exchanges), maxKeptOfKind-len(sum.Exchanges))
		sum.Exchanges = append(sum.Exchanges, one.count.Exchanges[:room]...)
		sum.Users = append(sum.Users, one.count.Users[:room]...)
		sum.Contradicts = append(sum.Contradicts, one.count.Contradicts[:room]...)
	}
	return list
}
