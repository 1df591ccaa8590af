package suites

import (
	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/expect"
)

// A supersession is what ends the other unused codes of a user. The zero value is that nothing does.
type supersession int32

const (
	byIssue supersession = iota + 1 // of a newer code
	byUse                           // of any code
)

// oneOpen reports whether a user has one valid code at a time, by the target's declaration or because the pre-flight saw it.
// Whether other kinds of codes and other mini-programs count does not matter: the run has one unused code of a user at a
// time, where it does not test that very thing.
func (s *Session) oneOpen() bool {
	return s.config.Target.Declares.CodeSupersedes || s.ends.Load() != 0
}

// tellSupersession notes that a user has one valid code at a time.
func (s *Session) tellSupersession() {
	switch {
	case s.config.Target.Declares.CodeSupersedes:
		s.note(phrase.CodesDeclared)
	case supersession(s.ends.Load()) == byIssue:
		s.note(phrase.CodesEndOlder)
	case supersession(s.ends.Load()) == byUse:
		s.note(phrase.CodesEndOthers)
	}
}

// pair exchanges two codes of one user, the older first. If one of the two is refused, it exchanges two of another user, the
// newer first: only where the older one is refused there too does one code end the other. A code that was merely too young
// is valid by then.
func (p *probe) pair(t *Trial) {
	if p.session.config.Target.Declares.CodeSupersedes {
		return
	}
	older, newer := p.both(t, false)
	cause := byIssue
	if expect.Identified(older) {
		cause, newer, older = byUse, older, newer
	}
	if !expect.Identified(newer) || assay.Judge(older).Result != assay.Refused {
		return
	}
	newer, older = p.both(t, true)
	if expect.Identified(newer) && assay.Judge(older).Result == assay.Refused {
		p.session.ends.Store(int32(cause))
	}
}

// both exchanges two codes of one new user, in the order of their issue or the other way round. An overloaded target is asked
// again. They are empty where the driver cannot issue such codes in time, which the specs report.
func (p *probe) both(t *Trial, newerFirst bool) (first, second assay.Exchange) {
	s, app := p.session, p.session.config.Target.Apps[0]
	for attempt := range maxAttempts {
		person := s.people.Any()
		var codes []assay.Code
		for range 2 { // one after the other, so that their order is known
			issued, err := s.mint(t.ctx, p.endpoint, app, injected(person), 1)
			if err != nil {
				return first, second
			}
			codes = append(codes, issued...)
		}
		if s.age(codes[0].Code) >= halfLife {
			return first, second // its refusal would say nothing
		}
		if newerFirst {
			codes[0], codes[1] = codes[1], codes[0]
		}
		first, second = t.Exchange(codes[0]), t.Exchange(codes[1])
		if max(s.age(codes[0].Code), s.age(codes[1].Code)) >= halfLife { // somebody else moved the platform's clock meanwhile
			return assay.Exchange{}, assay.Exchange{}
		}
		if isDecided(first) && isDecided(second) || !t.pause(max(retryAfter(first), retryAfter(second)), attempt) {
			break
		}
	}
	return first, second
}
