package codes

import (
	"sync/atomic"

	"github.com/unified-login/assay"
)

// owners remembers which user's every value of a member is. An openId has to be a user's own. Other values do not: they may be
// the mini-program's or a server's.
type owners struct {
	exclusive bool
	of        map[uint64]*User // by value
	least     int              // how many users' values have to be known before they are compared

	claims, sharedClaims int // users with a value; and those of them whose value is another user's
	agreed, sharedAgreed int // the same of users two of whose answers agreed on it
	// personal is set while most users have a value of their own that stays the same.
	personal *atomic.Bool
	// distinct is how many users' values have to be known before those that were seen once are compared.
	distinct int
}

// Before values are compared between users, those of commonLeast users have to be known: fewer could be those of servers. Of
// fewer users it is all of them, but not less than fewestLeast, as in requirement token.subject. A subject may also be a session's
// or a server's of many: it takes commonSubjects users if each of them was seen once.
const commonLeast, fewestLeast, commonSubjects = 16, 8, 64

// The owners of Users: of the members that are claimable, and of the subjects of phones, which may have tokens of their own.
const (
	phoneSubject = claimable
	ownerships   = claimable + 1
)

func newOwners() (all [ownerships]owners) {
	for m := range all {
		all[m] = owners{exclusive: m == openID, of: map[uint64]*User{}, personal: new(atomic.Bool), least: commonLeast, distinct: commonLeast}
		if m >= subject {
			all[m].distinct = commonSubjects
		}
	}
	return all
}

// owners are those of a member, in a user's answers of one endpoint.
func (u *Users) owners(user *User, h *history, m int) *owners {
	if m == subject && h != user.history(assay.Login) {
		return &u.of[phoneSubject]
	}
	return &u.of[m]
}

// claim notes that a user's answer has a value. The lock is held.
func (u *Users) claim(user *User, h *history, m int, value uint64) {
	if value == 0 {
		return
	}
	h.claimed[m] = value
	o := u.owners(user, h, m)
	if m != subject && user.sibling(h).claimed[m] == value {
		return // the user's already
	}
	o.claims++
	switch other := o.of[value]; {
	case unlike(user, other) != nil:
		o.sharedClaims++
	case other == nil && len(o.of) < MaxUsers:
		o.of[value] = user
	}
}

// release takes back what a user's answer claimed that turned out to be wrong. The lock is held.
func (u *Users) release(user *User, h *history, m int) {
	value := h.claimed[m]
	h.claimed[m] = 0
	if value == 0 || m != subject && user.sibling(h).claimed[m] == value {
		return
	}
	o := u.owners(user, h, m)
	o.claims--
	switch other := o.of[value]; {
	case other == user:
		delete(o.of, value)
	case unlike(user, other) != nil:
		o.sharedClaims = max(0, o.sharedClaims-1)
	}
}

// own notes that two answers of a user agree on a value: it is no other's whose only answer has it. The lock is held.
func (u *Users) own(user *User, h *history, m int, value uint64) {
	o := u.owners(user, h, m)
	if h.claimed[m] != value {
		u.release(user, h, m)
		u.claim(user, h, m, value)
	}
	o.agreed++
	switch other := o.of[value]; {
	case unlike(user, other) == nil:
		if other == nil && len(o.of) < MaxUsers {
			o.of[value] = user
		}
	case other.agreesOn(m, value):
		o.sharedAgreed++
	default:
		o.of[value] = user
	}
	o.personal.Store(o.agreed >= o.least && 3*o.sharedAgreed < o.agreed)
}

// sibling is the history of the user's other endpoint.
func (user *User) sibling(h *history) *history {
	if h == &user.histories[0] {
		return &user.histories[1]
	}
	return &user.histories[0]
}

// agreesOn reports whether two of the user's answers agree on a value.
func (user *User) agreesOn(m int, value uint64) bool {
	return user.histories[0].agreed[m].Load() == value || user.histories[1].agreed[m].Load() == value
}

// names reports whether a subject that is the user's names the user.
func (user *User) names() bool {
	for i := range user.histories {
		h := &user.histories[i]
		if h.names.Load() || len(h.held) > 0 && h.held[0].names {
			return true
		}
	}
	return false
}

// other returns the other user whose value this is, as far as values are users' own; nil for none. Users who share a phone may
// share it. The lock is held.
func (o *owners) other(user *User, value uint64) *User {
	if value == 0 {
		return nil
	}
	other := unlike(user, o.of[value])
	switch {
	case other == nil || o.exclusive:
		return other
	case !o.personal.Load() && (o.claims < max(o.least, o.distinct) || 3*o.sharedClaims >= o.claims):
		return nil
	case other.Phone != "" && other.Phone == user.Phone:
		return nil
	default:
		return other
	}
}

// owner returns the other user whose identity an answer has; nil if none is known. The lock is held.
func (u *Users) owner(user *User, a *answer) *User {
	if other := u.of[openID].other(user, a.said[openID]); other != nil {
		return other
	}
	if value := a.said[subject]; value != 0 && !a.names {
		for _, o := range u.of[subject:] {
			if other := unlike(user, o.of[value]); other != nil && other.names() {
				return other
			}
			if other := o.other(user, value); other != nil {
				return other
			}
		}
	}
	return u.of[unionID].other(user, a.said[unionID])
}

// Leaks returns the other user whose identity an answer that accepts nobody has; nil if none is known.
func (u *Users) Leaks(user *User, endpoint assay.Endpoint, identity Identity) *User {
	u.mu.RLock()
	defer u.mu.RUnlock()
	a := u.read(user, user.history(endpoint), identity)
	other := u.owner(user, &a)
	if other == nil {
		return nil
	}
	if rival, _ := other.rival(&a); rival != nil {
		return nil // one answer alone does not say whose it is
	}
	return other
}
