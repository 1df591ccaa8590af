package codes

// A trial compares the answers to codes that a theory says are accepted, the young, with those to codes that it says are refused, the
// old.
type trial struct{ youngAccepted, youngRefused, oldAccepted, oldRefused int }

// note counts an answer.
func (t *trial) note(young, accepted bool) {
	switch {
	case young && accepted:
		t.youngAccepted++
	case young:
		t.youngRefused++
	case accepted:
		t.oldAccepted++
	default:
		t.oldRefused++
	}
}

// refuted reports whether too many young codes are refused, or old ones accepted.
func (t *trial) refuted() bool {
	const few = 2
	return t.youngRefused > few && t.youngAccepted < nearly*t.youngRefused || t.oldAccepted >= few && t.oldRefused < nearly*t.oldAccepted
}

// confirmed reports whether enough young codes were accepted and old ones refused.
func (t *trial) confirmed() bool {
	return t.youngAccepted >= max(fewestAfter, nearly*t.youngRefused) && t.oldRefused >= max(fewestProbes, nearly*t.oldAccepted)
}

// A superseding finds out whether a new code of a user ends the older ones, which the target does not declare. The old codes are those
// whose user had got a newer one when they were sent. When they are refused, no more of them are sent, except for a few probes: a
// target that refuses at random, or for a while, is not excused.
type superseding struct {
	before trial // until it is supposed
	since  trial
	// supposed is set while old codes are held back, and refuted when that did not help.
	supposed, refuted bool
	probes            []Code // to be sent
	taken             int    // codes, since the last probe
}

// note counts an answer to a code, which was old when it was sent or had no newer one when it was answered; others do not count. It
// reports whether old codes are held back from now on, which has to be allowed, or not any more.
func (s *superseding) note(old, young, accepted, allowed bool) (changed bool) {
	switch {
	case old == young || s.refuted:
		return false
	case s.supposed:
		if s.since.note(young, accepted); s.since.refuted() {
			s.supposed, s.refuted, s.probes = false, true, nil
			return true
		}
		return false
	}
	b := &s.before
	b.note(young, accepted)
	s.supposed = allowed && old && !accepted && b.oldRefused%lookEvery == 0 && b.oldRefused <= mostRefusals &&
		b.oldRefused >= nearly*b.oldAccepted && b.youngAccepted >= nearly*b.youngRefused
	return s.supposed
}

// refutes reports whether old codes are known to be accepted.
func (s *superseding) refutes() bool { return s.refuted || s.before.oldAccepted >= mostRefusals }

// contradicted reports whether too many old codes were accepted so far.
func (s *superseding) contradicted() bool {
	return s.refuted || s.before.oldRefused < nearly*s.before.oldAccepted
}

// keep keeps an old code as a probe, if more of them are needed.
func (s *superseding) keep(c Code) {
	undecided := s.since.oldRefused < probes || s.since.oldAccepted > 0 && !s.since.confirmed()
	if s.supposed && len(s.probes) < probes && undecided {
		s.probes = append(s.probes, c)
	}
}

// probe returns an old code that it is time for; false for none.
func (s *superseding) probe() (c Code, due bool) {
	if len(s.probes) == 0 {
		return Code{}, false
	}
	if s.taken++; s.taken < probeEvery {
		return Code{}, false
	}
	c, s.probes, s.taken = s.probes[0], s.probes[1:], 0
	return c, true
}

// A scope is what a newer code ends: the older ones of its user and kind, or those of both kinds.
type scope int

const (
	ofKind scope = iota
	ofUser
	scopes = iota
)

// A Superseding says which newer codes a user has got, or which end a code.
type Superseding int

// The values; a code that a newer one of its kind may have ended may have been ended by one of any kind.
const (
	NotSuperseded Superseding = iota
	ByAnyKind
	ByItsKind
)

// An answered code was answered while codes were requested: whether its user got a newer one is known when these requests have ended.
type answered struct {
	Code
	accepted bool
	at       uint64 // the last event of the order
}

// mostAnswered bounds the answers that are kept until a request ends. Further ones are not noted.
const mostAnswered = 4096

// supersede notes an answer to a code. It returns which newer ones may have ended it. The lock is held.
func (b *Buffer) supersede(c *Code, accepted bool) Superseding {
	if !b.declared && b.ends[ofKind].refutes() && b.ends[ofUser].refutes() {
		b.settled.Store(true)
		b.later = nil
		return NotSuperseded
	}
	var now, oldest uint64
	var minting [2]bool
	if b.order != nil {
		now, oldest, minting = b.order.underWay()
	}
	switch b.noteLater(oldest); {
	case b.declared: // what is not known yet excuses nothing
		minting = [2]bool{}
	case oldest == 0:
		b.noteNewer(c, accepted)
	case len(b.later) < mostAnswered:
		b.later = append(b.later, answered{*c, accepted, now})
	}
	switch _, possible := c.newer(); {
	case possible[ofKind] || minting[c.kind]:
		return ByItsKind
	case possible[ofUser] || minting[1-c.kind]:
		return ByAnyKind
	default:
		return NotSuperseded
	}
}

// noteLater notes the answers that came before the oldest request for codes began which is under way; 0 for none. The lock is held.
func (b *Buffer) noteLater(oldest uint64) {
	n := 0
	for n < len(b.later) && (oldest == 0 || b.later[n].at < oldest) {
		b.noteNewer(&b.later[n].Code, b.later[n].accepted)
		n++
	}
	if b.later = b.later[n:]; len(b.later) == 0 {
		b.later = nil
	}
}

// noteNewer notes an answer to a code. That newer codes of its kind alone end it is supposed only where the others do not. The lock is held.
func (b *Buffer) noteNewer(c *Code, accepted bool) {
	_, possible := c.newer()
	for in := range scopes {
		allowed := !b.ends[1-in].supposed && (scope(in) == ofUser || b.ends[ofUser].contradicted())
		if b.ends[in].note(c.ended[in], !possible[in], accepted, allowed) {
			const share = 4 // as in Newest
			b.newest = 0
			if b.ends[in].supposed {
				b.newest = max(1, int(b.users.Load())/share)
			}
			b.wakeMinter()
		}
	}
}

// scope is what newer codes end, as far as that is known or supposed. The lock is held.
func (b *Buffer) scope() scope {
	if b.ends[ofKind].supposed {
		return ofKind
	}
	return ofUser
}

// Supersedes says which newer codes of a user end the older ones: as declared or, if nothing else ends codes, as the refusals tell.
func (b *Buffer) Supersedes() Superseding {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch in := &b.ends[b.scope()]; {
	case b.declared:
		return ByAnyKind
	case !in.supposed || !in.since.confirmed():
		return NotSuperseded
	case b.scope() == ofKind:
		return ByItsKind
	default:
		return ByAnyKind
	}
}
