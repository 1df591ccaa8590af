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

// refuted reports whether too many young codes are refused, or old ones accepted. Of the first refusals, twice as many may be chance.
func (t *trial) refuted() bool {
	const few, many = 2, 10
	most := nearly
	if t.youngRefused < many {
		most /= 2
	}
	return t.youngRefused > few && t.youngAccepted < most*t.youngRefused || t.oldAccepted >= few && t.oldRefused < nearly*t.oldAccepted
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
	b.settle()
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
