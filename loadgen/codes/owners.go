package codes

import (
	"sync/atomic"

	"github.com/unified-login/assay"
)

// owners remembers which users have every value of a member. An openId has to be a user's own. Other values are counted, because
// they may be the mini-program's or a server's.
type owners struct {
	of map[uint64]holders // by value

	users          int // with a value
	alone, crowded int // those of them whose value nobody else has; and those whose value at least two others have
	// repeats and changes are how many answers had the value of another answer of the user, and how many another one; returns are
	// the former behind the latter.
	repeats          *atomic.Int64
	changes, returns int
}

// holders are the users with a value.
type holders struct {
	first *User // one of them; nil where none is known
	users int32
}

// The owners of Users: of the members that are claimable, and of the subjects of phones, which may have tokens of their own.
const (
	phoneSubject = claimable
	ownerships   = claimable + 1
)

func newOwners() (all [ownerships]owners) {
	for m := range all {
		all[m] = owners{of: map[uint64]holders{}, repeats: new(atomic.Int64)}
	}
	return all
}

// count takes the users of a value into the sums, or with a negative sign out of them.
func (o *owners) count(users int32, sign int) {
	n := sign * int(users)
	o.users += n
	switch {
	case users == 1:
		o.alone += n
	case users > 2:
		o.crowded += n
	}
}

// change changes the number of users of a value by one.
func (o *owners) change(value uint64, by int32) {
	h := o.of[value]
	o.count(h.users, -1)
	h.users += by
	o.count(h.users, 1)
	if h.users == 0 {
		delete(o.of, value)
		return
	}
	o.of[value] = h
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
	h.claimed[m], h.counted[m] = value, false
	if m != subject && user.sibling(h).claimed[m] == value {
		return // the user's already
	}
	o := u.owners(user, h, m)
	known, taken := o.of[value]
	switch {
	case !taken && len(o.of) >= MaxUsers, known.first != user && akin(user, known.first, m):
		return
	case known.first == nil:
		known.first = user
		o.of[value] = known
	}
	h.counted[m] = true
	o.change(value, 1)
}

// release takes back what a user's answer claimed that turned out to be wrong. The lock is held.
func (u *Users) release(user *User, h *history, m int) {
	value, other := h.claimed[m], user.sibling(h)
	h.claimed[m] = 0
	if value == 0 {
		return
	}
	if m != subject && other.claimed[m] == value { // it is the user's still
		other.counted[m] = other.counted[m] || h.counted[m]
		return
	}
	o := u.owners(user, h, m)
	if known := o.of[value]; known.first == user {
		known.first = nil
		o.of[value] = known
	}
	if h.counted[m] {
		o.change(value, -1)
	}
	u.retract(h)
}

// own notes that two answers of a user agree on a value: it is no other's whose only answer has it. The lock is held.
func (u *Users) own(user *User, h *history, m int, value uint64) {
	if h.claimed[m] != value {
		u.release(user, h, m)
		u.claim(user, h, m, value)
	}
	o := u.owners(user, h, m)
	known, taken := o.of[value]
	if other := known.first; taken && other != user && (other == nil || unlike(user, other) != nil && !other.agreesOn(m, value)) {
		known.first = user
		o.of[value] = known
	}
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

// other returns another user who has a value; nil for none. Users who share a phone may share it. The lock is held.
func (o *owners) other(user *User, m int, value uint64) *User {
	if value == 0 {
		return nil
	}
	other := o.of[value].first
	if akin(user, other, m) {
		return nil
	}
	return other
}

// akin reports whether a value of a member may be both users': they are one person or, unless it is an openId, have one phone. It
// may be where other is nil, too.
func akin(user, other *User, m int) bool {
	return other != nil && (other.ID == user.ID || m != openID && other.Phone != "" && other.Phone == user.Phone)
}

// owner returns the other user whose identity an answer certainly has, whatever other users' answers are like; nil if none is known.
// The lock is held.
func (u *Users) owner(user *User, a *answer) *User {
	if other := unlike(user, u.of[openID].of[a.said[openID]].first); other != nil && a.said[openID] != 0 {
		return other
	}
	if value := a.said[subject]; value != 0 && !a.names {
		for i := range u.of[subject:] {
			if other := unlike(user, u.of[subject+i].of[value].first); other != nil && other.names() {
				return other
			}
		}
	}
	return nil
}

// Leaks returns the other user whose identity an answer that accepts nobody has; nil if none is known.
func (u *Users) Leaks(user *User, endpoint assay.Endpoint, identity Identity) *User {
	proven := u.Proven()[index(endpoint)]
	u.mu.RLock()
	defer u.mu.RUnlock()
	h := user.history(endpoint)
	further := u.further(identity)
	a := u.read(user, h, identity, &further)
	other := u.owner(user, &a)
	if named := u.injected(user, &a); named != nil {
		return named
	}
	if other == nil && proven&SharedSubject != 0 && !a.names {
		other = u.owners(user, h, subject).other(user, subject, a.said[subject])
	}
	if other == nil && proven&SharedUnionID != 0 {
		other = u.of[unionID].other(user, unionID, a.said[unionID])
	}
	if other == nil {
		named, suspicion := u.elsewhere(user, h, &a, &further)
		if named == nil || suspicion != 0 && proven&suspicion == 0 {
			return nil
		}
		return named
	}
	if rival, _ := other.rival(&a); rival != nil {
		return nil // one answer alone does not say whose it is
	}
	return other
}
