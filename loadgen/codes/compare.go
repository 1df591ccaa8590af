package codes

import (
	"cmp"
	"slices"

	"github.com/unified-login/assay"
)

// Compare compares an accepted answer with the user's other answers and with those of other users. Two of the user at an endpoint
// that agree pin the identity; until then, keep is asked what to remember the answer by. An answer that may not be held, such as
// that of a replay, has a nil keep. A pinned user costs a few comparisons and no lock, unless the token is a new one.
func (u *Users) Compare(user *User, endpoint assay.Endpoint, identity Identity, keep func() Kept) Finding {
	h, login := user.history(endpoint), user.history(assay.Login)
	further := u.further(identity)
	a := u.read(user, h, identity, &further)
	finding := Finding{Own: true, Seen: a.seen()}
	var repeats *User
	if last := h.last.Load(); a.token != 0 && a.token != last {
		h.last.Store(a.token)
		repeats, finding.Earlier = u.recent.give(user, endpoint, a.session(), last == 0, identity.Answer)
	}
	if h.pinned.Load() && !h.doubted.Load() && repeats == nil && h.knows(&a) && (h == login || login.allows(&a)) && !u.strays(user, h, &a, &further) {
		if a.said[subject] != 0 {
			u.owners(user, h, subject).repeats.Add(1)
		}
		finding.Compared = finding.Seen
		return finding
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	compared, earlier := h.comparable(&a)|login.comparable(&a)&(OpenID|UnionID), finding.Earlier
	finding, seen := u.compare(user, h, &a, &further, keep), finding.Seen
	if finding.Own {
		finding.Earlier = earlier
		u.suspect(user, h, &a, repeats, &finding)
	}
	finding.Seen, finding.Compared = seen, compared
	if finding.Own && a.said[subject] != 0 && h.agreed[subject].Load() == a.said[subject] {
		h.token.Store(a.token)
	}
	finding.Retracted, u.retracted = u.retracted, nil
	return finding
}

// Witness returns an answer that is known to be the user's own; nil for none.
func (u *Users) Witness(user *User, endpoint assay.Endpoint) Kept {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return user.history(endpoint).witness
}

// Confirm notes that a phone is the user's own, as what was injected says. keep is called for the first only.
func (u *Users) Confirm(user *User, keep func() Kept) {
	h := user.history(assay.Phone)
	if h.pinned.Load() {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if !h.pinned.Load() {
		h.witness = keep()
		h.pinned.Store(true)
	}
}

// compare is Compare without the fast path. The lock is held.
func (u *Users) compare(user *User, h *history, a *answer, further *texts, keep func() Kept) Finding {
	if finding, wrong := u.stray(user, h, a, further, keep); wrong {
		return finding
	}
	if other := u.owner(user, a); other != nil {
		if finding, settled := u.collide(h, a, other, keep); settled {
			return finding
		}
	}
	if login := user.history(assay.Login); h != login && !login.allows(a) {
		return Finding{Contrast: login.witness}
	}
	if h.pinned.Load() {
		return u.comparePinned(user, h, a)
	}
	if keep == nil { // it is not held
		return Finding{Own: len(h.held) != 1 || u.agree(&h.held[0], a)} // of two that differ, either may be right
	}
	a.kept = keep()
	switch len(h.held) {
	case 0:
		u.hold(user, h, a)
		return Finding{Own: true, First: true}
	case 1:
		return u.compareHeld(user, h, a)
	}
	for i := range h.held {
		if u.agree(&h.held[i], a) {
			right, odd := h.held[i], h.held[1-i]
			u.restart(user, h, &right)
			u.pin(user, h, &right, a)
			return Finding{Own: true, Confirmed: true, Odd: odd.kept, Right: right.kept}
		}
	}
	odd := h.held[0] // it agrees with none of the two after it
	u.restart(user, h, &h.held[1])
	h.held = []answer{h.held[1], *a}
	u.reclaim(user, h, &h.held[0])
	return Finding{Disputed: true, Odd: odd.kept, Right: h.held[0].kept, Contrast: h.held[0].kept}
}

// stray reports whether an answer has what was injected for another user, or elsewhere an openId of one; what else of another user it
// has elsewhere makes it suspicious. The lock is held.
func (u *Users) stray(user *User, h *history, a *answer, further *texts, keep func() Kept) (finding Finding, wrong bool) {
	other := u.injected(user, a)
	if other == nil {
		other, a.suspicion = u.elsewhere(user, h, a, further)
	}
	a.beside = other
	if other != nil && a.suspicion == 0 {
		if h.stray == nil && keep != nil {
			h.stray = keep()
		}
		return Finding{Contrast: cmp.Or(h.example(a, other), other.history(assay.Login).stray, other.history(assay.Phone).stray)}, true
	}
	return Finding{}, false
}

// compareHeld compares an answer with the only one before it. The lock is held.
func (u *Users) compareHeld(user *User, h *history, a *answer) Finding {
	held := h.held[0]
	switch {
	case u.agree(&held, a):
		u.pin(user, h, &held, a)
		return Finding{Own: true, Confirmed: !held.blamed}
	case held.contested: // and counted: this one takes its place
		h.held[0] = *a
		u.reclaim(user, h, a)
		return Finding{Own: true, First: held.blamed}
	default:
		u.withdraw(user, h, h.held[0].suspicion)
		h.held = append(h.held, *a)
		return Finding{Disputed: true, Contrast: held.kept}
	}
}

// collide judges an answer with the identity of another user; settled is false where the user's other answers have to tell. The
// other user's only answer may as well be the wrong one: the later of the two is counted, both are held, and what their users
// answer next tells which is right. The lock is held.
func (u *Users) collide(h *history, a *answer, other *User, keep func() Kept) (finding Finding, settled bool) {
	rival, disputed := other.rival(a)
	switch {
	case rival == nil || keep == nil || h.pinned.Load():
		return Finding{Contrast: h.example(a, other)}, true
	case len(h.held) > 0 || disputed:
		return Finding{}, false
	default:
		rival.contested, a.contested, a.blamed = true, true, true
		a.kept = keep()
		h.held = append(h.held, *a)
		return Finding{Contrast: rival.kept}, true
	}
}

// rival is the user's answer that is held with an identity that another user's answer has; nil if two of the user's answers agree on
// that identity. disputed says that one of the user's answers is known to be wrong. The lock is held.
func (user *User) rival(a *answer) (held *answer, disputed bool) {
	for m, value := range a.said[:claimable] {
		if m == unionID || value == 0 || user.agreesOn(m, value) {
			continue
		}
		for i := range user.histories {
			all := user.histories[i].held
			for j := range all {
				if all[j].said[m] == value {
					return &all[j], len(all) > 1
				}
			}
		}
	}
	return nil, false
}

// comparePinned compares an answer with what two before it agreed on. The lock is held.
func (u *Users) comparePinned(user *User, h *history, a *answer) Finding {
	for m, value := range a.said {
		agreed := h.agreed[m].Load()
		if value != 0 && agreed != 0 && value != agreed && (m != subject || h.names.Load() && !a.opaque) {
			return Finding{Contrast: h.witness}
		}
	}
	own := true
	for m, value := range a.said { // the members that the first two answers did not have, or did not agree on
		if value == 0 || m == subject || h.agreed[m].Load() != 0 {
			continue
		}
		last := h.later[m]
		h.later[m] = value
		switch {
		case last == value:
			u.agreeOn(user, h, m, a)
		case last != 0:
			own = false // one of them is wrong
		case m < claimable:
			u.claim(user, h, m, value)
		}
	}
	if !own {
		return Finding{Contrast: h.witness}
	}
	return Finding{Own: true}
}

// hold keeps an answer until another one confirms it. The lock is held.
func (u *Users) hold(user *User, h *history, a *answer) {
	h.held = append(h.held, *a)
	u.reclaim(user, h, a)
}

// reclaim makes the values of an answer the user's, in place of those of an earlier one. The lock is held.
func (u *Users) reclaim(user *User, h *history, a *answer) {
	for m := range subject {
		u.release(user, h, m)
		u.claim(user, h, m, a.said[m])
	}
}

// pin makes two answers that agree what others are compared with. The lock is held.
func (u *Users) pin(user *User, h *history, first, second *answer) {
	for m := range first.said {
		switch one, two := first.said[m], second.said[m]; {
		case m == subject:
		case one == two && one != 0:
			u.agreeOn(user, h, m, second)
		case two == 0:
			h.later[m] = one
		default:
			h.later[m] = two
		}
	}
	h.witness, h.held = first.kept, nil
	h.accuses = slices.DeleteFunc(h.accuses, func(a Accusation) bool { return a.Of&SharedUnionID != 0 })
	h.pinned.Store(true)
}

// agreeOn pins one member of an answer. The lock is held.
func (u *Users) agreeOn(user *User, h *history, m int, a *answer) {
	value := a.said[m]
	if m < claimable {
		u.own(user, h, m, value)
	}
	if m == subject {
		h.names.Store(a.names)
	}
	h.agreed[m].Store(value)
}

// agree reports whether two answers may be one user's: no member that both have differs. Subjects that do not name the user are
// compared apart: see [Users.follow]. The lock is held.
func (u *Users) agree(a, b *answer) bool {
	for m, value := range a.said {
		if other := b.said[m]; value != 0 && other != 0 && value != other {
			if m != subject || (a.names || b.names) && !a.opaque && !b.opaque {
				return false
			}
		}
	}
	return true
}
