package codes

import (
	"slices"

	"github.com/unified-login/assay"
)

// maxAccusations bounds what one answer is remembered to have made suspicious.
const maxAccusations = 64

// suspect notes what is suspected of an answer that counts as the user's own, and an answer that it may contradict. The lock is held.
func (u *Users) suspect(user *User, h *history, a *answer, repeats *User, finding *Finding) {
	changed := u.follow(user, h, a, finding)
	if changed {
		finding.Suspicion = ChangedSubject
	}
	if repeats != nil {
		of := RepeatedToken
		if a.sessional() {
			of = RepeatedSession
		}
		finding.Suspicion, finding.Contrast = finding.Suspicion|of, repeats.own(h, user)
	}
	if changed && (repeats == nil || h.agreed[subject].Load() != 0) { // the user's own says more
		finding.Earlier, finding.Contrast = 0, user.own(h, user)
	}
	rival := u.sharers(user, h, a, finding)
	if finding.Suspicion |= a.suspicion; a.suspicion != 0 && finding.Contrast == nil {
		finding.Contrast = a.beside.own(h, user)
	}
	if finding.Suspicion == 0 {
		return
	}
	if n := len(h.held); n > 0 && finding.First {
		h.held[n-1].suspicion = finding.Suspicion
		if finding.Suspicion&SharedUnionID == 0 {
			h.first = finding.Suspicion
		}
	}
	if rival != nil && rival.accuse(Accusation{user, endpointOf(user, h), finding.Suspicion}) && finding.First {
		h.rival = rival
	}
}

// sharers looks for another user who has the unionId of an answer, or its subject. It returns the history of that user if only one
// answer claims it. The lock is held.
func (u *Users) sharers(user *User, h *history, a *answer, finding *Finding) (rival *history) {
	doubted := false
	for _, m := range []int{unionID, subject} {
		value := a.said[m]
		other := u.sharer(user, h, m, value)
		if other == nil || m == subject && a.names {
			continue
		}
		doubted = doubted || value == h.agreed[m].Load()
		finding.Suspicion |= map[int]Suspicion{unionID: SharedUnionID, subject: SharedSubject}[m]
		if finding.Contrast == nil {
			finding.Contrast = other.own(h, user)
		}
		if theirs := other.claimant(m, value); theirs != nil && !other.agreesOn(m, value) {
			rival = theirs
		}
	}
	h.doubted.Store(doubted || h.strayed)
	return rival
}

// sharer is another user who has a value, of a subject at either endpoint; nil for none. The lock is held.
func (u *Users) sharer(user *User, h *history, m int, value uint64) *User {
	other := u.owners(user, h, m).other(user, m, value)
	if other == nil && m == subject {
		other = u.owners(user, user.sibling(h), m).other(user, m, value)
	}
	return other
}

// own is an answer of the user at the endpoint of another one's history; nil for none.
func (user *User) own(of *history, whose *User) Kept {
	h := user.history(endpointOf(whose, of))
	for _, h := range []*history{h, user.sibling(h)} {
		switch {
		case h.witness != nil:
			return h.witness
		case len(h.held) > 0:
			return h.held[0].kept
		}
	}
	return nil
}

// claimant is the history of the user that claims a value; nil for none.
func (user *User) claimant(m int, value uint64) *history {
	for i := range user.histories {
		if user.histories[i].claimed[m] == value {
			return &user.histories[i]
		}
	}
	return nil
}

func endpointOf(user *User, h *history) assay.Endpoint {
	if h == user.history(assay.Login) {
		return assay.Login
	}
	return assay.Phone
}

// accuse remembers a suspicion that rests on one answer, and reports whether there was room for it.
func (h *history) accuse(a Accusation) bool {
	if len(h.accuses) == maxAccusations {
		return false
	}
	h.accuses = append(h.accuses, a)
	return true
}

// retract takes back the suspicions that rest on an answer which turned out to be wrong. The lock is held.
func (u *Users) retract(h *history) {
	for _, one := range h.accuses {
		accused := one.User.history(one.Endpoint)
		for i := range accused.held {
			accused.held[i].suspicion = 0
		}
		accused.first = 0
	}
	u.retracted, h.accuses = append(u.retracted, h.accuses...), nil
}

// withdraw takes back what is suspected of a user's first answer, because the user's own contradict it and are counted. Nobody else takes
// it back again. The lock is held.
func (u *Users) withdraw(user *User, h *history, of Suspicion) {
	if of == 0 {
		return
	}
	one := Accusation{user, endpointOf(user, h), of}
	u.retracted = append(u.retracted, one)
	if h.rival != nil {
		if i := slices.Index(h.rival.accuses, one); i >= 0 {
			h.rival.accuses = slices.Delete(h.rival.accuses, i, i+1)
		}
	}
	for i := range h.held {
		h.held[i].suspicion = 0
	}
	h.first, h.rival = 0, nil
}

// restart has the subject of an answer followed in place of one that is counted as wrong. The lock is held.
func (u *Users) restart(user *User, h *history, next *answer) {
	if h.agreed[subject].Load() == 0 {
		u.release(user, h, subject)
		h.differ, h.first = [2]uint64{next.said[subject]}, 0
		u.claim(user, h, subject, next.said[subject])
	}
}

// doubt has the answers of the users compared whole again who have a value that turned out to be an injected one of another user. The
// lock is held.
func (u *Users) doubt(value uint64) {
	if value == 0 {
		return
	}
	for m := range u.of {
		if first := u.of[m].of[value].first; first != nil {
			for i := range first.histories {
				first.histories[i].doubted.Store(true)
			}
		}
	}
}

// follow compares the subject of a token with those of the user's other tokens, and reports whether it is another one. Two that agree
// make it the user's; of two that do not, the third tells which is the odd one. An opaque token may be replaced. The lock is held.
func (u *Users) follow(user *User, h *history, a *answer, finding *Finding) (changed bool) {
	value, o := a.said[subject], u.owners(user, h, subject)
	if value == 0 {
		return false
	}
	switch agreed := h.agreed[subject].Load(); {
	case agreed == value:
		if o.repeats.Add(1); h.strayed {
			o.returns++
			h.strayed = false
		}
		return false
	case agreed != 0:
		h.strayed = true
	case h.differ[0] == 0:
		h.differ[0] = value
		u.claim(user, h, subject, value)
		return false
	case value == h.differ[0], value == h.differ[1]:
		if finding.Swapped = value == h.differ[1] && !a.opaque; h.differ[1] != 0 {
			o.returns++
		}
		o.repeats.Add(1)
		u.agreeOn(user, h, subject, a)
		h.accuses, h.first = nil, 0
		return false
	default:
		if h.differ[1] = value; !a.opaque {
			u.withdraw(user, h, h.first)
		}
	}
	o.changes++
	return !a.opaque
}
