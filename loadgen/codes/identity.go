package codes

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/jwt"
)

// An Identity has the members of an accepted answer that identify its user; nil where they are absent.
type Identity struct {
	OpenID, UnionID, AccessToken []byte
	// Channel and Phone are compared with the user's other answers. Leave them nil where they are compared with what was
	// injected.
	Channel, Phone []byte
}

// A Kept is what a caller remembers an answer by; nil for nothing.
type Kept any

// A Finding says how an answer's identity compares with the other answers of its user.
type Finding struct {
	// Own is false where the identity is another user's, or differs from what the user's other answers agree on.
	Own bool
	// First is set for the user's first answer: it has nothing to be compared with, and is held until Confirmed is set for a
	// later one.
	First, Confirmed bool
	// Disputed is set where this answer and the only one before it differ: one of them is wrong, and a later answer tells which.
	Disputed bool
	// Odd is an earlier answer that this one shows to be wrong, and Right the one that it contradicts.
	Odd, Right Kept
	// Contrast is an answer that this one contradicts, where it is not Own.
	Contrast Kept
}

// The members of an answer, as they are compared.
const (
	openID = iota
	unionID
	subject // of the accessToken; of an opaque one, its text
	channel
	phone
	members
)

// An answer is an identity as digests, 0 for what is absent.
type answer struct {
	said   [members]uint64
	token  uint64 // the accessToken
	opaque bool   // the token is no JWT
	names  bool   // the token's subject is the openId, the unionId or the user id
	kept   Kept
}

// A history is what the answers of one endpoint said of a user.
type history struct {
	pinned atomic.Bool            // two answers agreed
	agreed [members]atomic.Uint64 // on these
	token  atomic.Uint64          // the last accessToken whose subject is the agreed one: most targets keep it for hours
	names  atomic.Bool            // the agreed subject names the user: see answer

	// The lock of Users guards these.
	held    []answer        // at most two that do not agree, the older first
	later   [members]uint64 // of members that came after the first two answers: the last value
	witness Kept            // the first answer that was confirmed
}

// Compare compares an accepted answer with the user's other answers at an endpoint. Two that agree pin the identity; until then,
// keep is asked what to remember the answer by. An answer that may not be held, such as that of a replay, has a nil keep. A
// pinned user costs a few comparisons and no lock.
func (u *Users) Compare(user *User, endpoint assay.Endpoint, identity Identity, keep func() Kept) Finding {
	h := &user.histories[0]
	if endpoint == assay.Phone {
		h = &user.histories[1]
	}
	a := u.read(user, h, identity)
	if h.pinned.Load() && h.knows(a) {
		return Finding{Own: true}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	finding := u.compare(user, h, &a, keep)
	if finding.Own && a.said[subject] != 0 && h.agreed[subject].Load() == a.said[subject] {
		h.token.Store(a.token)
	}
	return finding
}

// Witness returns an answer that is known to be the user's own; nil for none.
func (u *Users) Witness(user *User, endpoint assay.Endpoint) Kept {
	u.mu.RLock()
	defer u.mu.RUnlock()
	if endpoint == assay.Phone {
		return user.histories[1].witness
	}
	return user.histories[0].witness
}

// Confirm notes that a phone is the user's own, as what was injected says. keep is called for the first only.
func (u *Users) Confirm(user *User, keep func() Kept) {
	h := &user.histories[1]
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
func (u *Users) compare(user *User, h *history, a *answer, keep func() Kept) Finding {
	if other := u.owner(user, a); other != nil {
		return Finding{Contrast: h.example(other)}
	}
	if h.pinned.Load() {
		return u.comparePinned(user, h, a)
	}
	if keep == nil { // it is not held
		return Finding{Own: len(h.held) != 1 || u.agree(h.held[0], *a)} // of two that differ, either may be right
	}
	a.kept = keep()
	switch len(h.held) {
	case 0:
		h.held = append(h.held, *a)
		return Finding{Own: true, First: true}
	case 1:
		if !u.agree(h.held[0], *a) {
			h.held = append(h.held, *a)
			return Finding{Disputed: true, Contrast: h.held[0].kept}
		}
		u.pin(user, h, h.held[0], *a)
		return Finding{Own: true, Confirmed: true}
	}
	for i, right := range h.held {
		if u.agree(right, *a) {
			odd := h.held[1-i]
			u.pin(user, h, right, *a)
			return Finding{Own: true, Confirmed: true, Odd: odd.kept, Right: right.kept}
		}
	}
	odd := h.held[0] // it agrees with none of the two after it
	h.held = []answer{h.held[1], *a}
	return Finding{Disputed: true, Odd: odd.kept, Right: h.held[0].kept, Contrast: h.held[0].kept}
}

// comparePinned compares an answer with what two before it agreed on. The lock is held.
func (u *Users) comparePinned(user *User, h *history, a *answer) Finding {
	for m, value := range a.said {
		agreed := h.agreed[m].Load()
		if value != 0 && agreed != 0 && value != agreed && (m != subject || u.judged(h.names.Load(), a.opaque)) {
			return Finding{Contrast: h.witness}
		}
	}
	own := true
	for m, value := range a.said { // the members that the first two answers did not have, or did not agree on
		if value == 0 || h.agreed[m].Load() != 0 {
			continue
		}
		last := h.later[m]
		h.later[m] = value
		switch {
		case last == value:
			u.agreeOn(user, h, m, *a)
		case last != 0 && m != subject:
			own = false // one of them is wrong
		}
	}
	if !own {
		return Finding{Contrast: h.witness}
	}
	return Finding{Own: true}
}

// pin makes two answers that agree what others are compared with. The lock is held.
func (u *Users) pin(user *User, h *history, first, second answer) {
	for m := range first.said {
		switch one, two := first.said[m], second.said[m]; {
		case one == two && one != 0:
			u.agreeOn(user, h, m, second)
		case two == 0:
			h.later[m] = one
		default:
			h.later[m] = two
		}
	}
	h.witness, h.held = first.kept, nil
	h.pinned.Store(true)
}

// agreeOn pins one member of an answer. The lock is held.
func (u *Users) agreeOn(user *User, h *history, m int, a answer) {
	value := a.said[m]
	switch m {
	case openID:
		claim(u.byOpenID, value, user)
	case unionID:
		u.unionIDs.pin(user, value)
	case subject:
		u.subjects.pin(user, value)
		h.names.Store(a.names)
	}
	h.agreed[m].Store(value)
}

// agree reports whether two answers may be one user's: no member that both have differs. The lock is held.
func (u *Users) agree(a, b answer) bool {
	for m, value := range a.said {
		if other := b.said[m]; value != 0 && other != 0 && value != other {
			if m != subject || u.judged(a.names || b.names, a.opaque || b.opaque) {
				return false
			}
		}
	}
	return true
}

// judged reports whether a token has to have the subject of the user's other tokens. A subject that names the user has to; so
// has every other one while most users have a subject of their own. An opaque token may be replaced.
func (u *Users) judged(names, opaque bool) bool {
	return !opaque && (names || u.subjects.personal.Load())
}

// owner returns the other user whose identity an answer is known to have; nil for none. The lock is held.
func (u *Users) owner(user *User, a *answer) *User {
	if value := a.said[openID]; value != 0 {
		if other := unlike(user, u.byOpenID[value]); other != nil {
			return other
		}
	}
	if value := a.said[subject]; value != 0 && !a.names {
		if other := unlike(user, u.subjects.of[value]); other != nil && other.histories[0].names.Load() {
			return other
		}
		if other := u.subjects.other(user, value); other != nil {
			return other
		}
	}
	return u.unionIDs.other(user, a.said[unionID])
}

// example is an answer that one with another user's identity contradicts: the user's own or, where none is known, the other
// user's. The lock is held.
func (h *history) example(other *User) Kept {
	switch {
	case h.witness != nil:
		return h.witness
	case len(h.held) > 0 && h.held[0].kept != nil:
		return h.held[0].kept
	default:
		return other.histories[0].witness
	}
}

// knows reports whether an answer is exactly what was agreed on.
func (h *history) knows(a answer) bool {
	for m, value := range a.said {
		if value != 0 && value != h.agreed[m].Load() {
			return false
		}
	}
	return true
}

// read makes digests of an identity. The subject of a token that was compared before is not read again.
func (u *Users) read(user *User, h *history, identity Identity) answer {
	a := answer{said: [members]uint64{openID: u.digests.of(identity.OpenID), unionID: u.digests.of(identity.UnionID),
		channel: u.digests.of(identity.Channel), phone: u.digests.of(identity.Phone)}, token: u.digests.of(identity.AccessToken)}
	if a.token == 0 {
		return a
	}
	if a.token == h.token.Load() {
		a.said[subject], a.names = h.agreed[subject].Load(), h.names.Load()
		return a
	}
	read, isJWT := jwt.Read(identity.AccessToken)
	if !isJWT {
		a.said[subject], a.opaque = a.token, true
		return a
	}
	if value := u.digests.of([]byte(read.Subject())); value != 0 {
		a.said[subject] = value
		a.names = value == a.said[openID] || value == a.said[unionID] || value == user.id
	}
	return a
}

// A digester makes digests of texts.
type digester struct{ seed maphash.Seed }

func newDigester() digester { return digester{maphash.MakeSeed()} }

// of is the digest of a text; 0 for an empty one.
func (d digester) of(text []byte) uint64 {
	if len(text) == 0 {
		return 0
	}
	return max(1, maphash.Bytes(d.seed, text))
}
