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
	// Elsewhere are further texts of the answer, which may be ids. None of them is another user's.
	Elsewhere [][]byte
	// Answer is the whole answer; nil for one that is not kept.
	Answer Noter
}

// A Noter is an answer that can be kept for a while.
type Noter interface {
	// Note keeps it, and returns a number by which it is found then; 0 if it is not kept.
	Note() uint64
}

// IsZero reports whether the identity has no member.
func (i Identity) IsZero() bool {
	return len(i.OpenID) == 0 && len(i.UnionID) == 0 && len(i.AccessToken) == 0 && len(i.Channel) == 0 && len(i.Phone) == 0
}

// Members is a set of members that identify a user; of an accessToken it is the subject.
type Members uint8

// The members of an answer that identify a user.
const (
	OpenID Members = 1 << iota
	UnionID
	AccessToken
	Phone

	// MemberCount is how many there are.
	MemberCount = iota
)

// AllMembers lists them.
func AllMembers() [MemberCount]Members { return [...]Members{OpenID, UnionID, AccessToken, Phone} }

// String is the member's name in an answer.
func (m Members) String() string {
	return map[Members]string{OpenID: "openId", UnionID: "unionId", AccessToken: "accessToken", Phone: "phone"}[m]
}

// A Kept is what a caller remembers an answer by; nil for nothing.
type Kept any

// A Finding says how an answer's identity compares with other answers.
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
	// Suspicion is set where an answer that counts as Own may be another user's, as [Users.Proven] says in the end, and Earlier is the
	// number of the answer that it repeats; 0 for none. Retracted are suspicions of earlier answers that turned out to be unfounded.
	Suspicion Suspicion
	Earlier   uint64
	Retracted []Accusation
	// Swapped says that of the two subjects that differed, the earlier one is the odd one.
	Swapped bool
	// Seen are the members that the answer had, and Compared those of them that there was something to compare with.
	Seen, Compared Members
}

// The members of an answer, as they are compared. The first ones are in the order of [Members].
const (
	openID = iota
	unionID
	subject // of the accessToken; of an opaque one, its text
	phone
	channel
	members

	claimable = subject + 1 // the members whose values are a user's own
)

// An answer is an identity as digests, 0 for what is absent.
type answer struct {
	said   [members]uint64
	token  uint64 // the accessToken
	opaque bool   // the token is no JWT
	names  bool   // the token's subject is the openId, the unionId or the user id
	serial bool   // the token has an id of its own
	kept   Kept
	// suspicion is what is suspected of an answer that is held.
	suspicion Suspicion
	beside    *User // whose text it may have elsewhere
	// contested is set while the answer is held that gave the same identity as one of another user: one of the two is wrong, and
	// was counted. blamed is set where this is the one that was.
	contested, blamed bool
}

// seen are the members that an answer has.
func (a *answer) seen() (m Members) {
	for i := range MemberCount {
		if a.said[i] != 0 {
			m |= 1 << i
		}
	}
	return m
}

// session is what only one sign-in, or one user, has of a token: its text or, of a JWT without an id of its own, its subject.
func (a *answer) session() uint64 {
	if a.sessional() {
		return a.said[subject]
	}
	return a.token
}

func (a *answer) sessional() bool { return !a.opaque && !a.serial && a.said[subject] != 0 }

// A history is what the answers of one endpoint said of a user.
type history struct {
	pinned atomic.Bool            // two answers agreed
	agreed [members]atomic.Uint64 // on these
	token  atomic.Uint64          // the last accessToken whose subject is the agreed one: most targets keep it for hours
	names  atomic.Bool            // the agreed subject names the user: see answer
	last   atomic.Uint64          // the last accessToken

	// The lock of Users guards these.
	held    []answer          // at most two that do not agree, the older first
	later   [members]uint64   // of members that came after the first two answers: the last value
	differ  [2]uint64         // subjects that do not agree: the first one, and the last one
	strayed bool              // the last token had another subject than the agreed one
	first   Suspicion         // of the answer with the first one, because of its token
	claimed [claimable]uint64 // the values that nobody else may have
	counted [claimable]bool   // they are counted among those of the owners
	witness Kept              // the first answer that was confirmed
	stray   Kept              // the first answer that has what was injected for another user
	accuses []Accusation      // suspicions of others' answers, because of what one answer alone claims
	rival   *history          // the one that accuses the first answer
	doubted atomic.Bool       // another user has one of the values
}

// knows reports whether an answer is exactly what was agreed on.
func (h *history) knows(a *answer) bool {
	for m, value := range a.said {
		if value != 0 && value != h.agreed[m].Load() {
			return false
		}
	}
	return true
}

// allows reports whether the ids of another endpoint's answer are what was agreed on. The two endpoints may have tokens of their
// own.
func (h *history) allows(a *answer) bool {
	for m := openID; m <= unionID; m++ {
		if agreed := h.agreed[m].Load(); a.said[m] != 0 && agreed != 0 && agreed != a.said[m] {
			return false
		}
	}
	return true
}

// comparable are the members of an answer that there is something to compare with. The lock is held.
func (h *history) comparable(a *answer) (m Members) {
	for i := range MemberCount {
		known := h.agreed[i].Load() != 0 || h.later[i] != 0 || i == subject && h.differ[0] != 0
		for j := range h.held {
			known = known || h.held[j].said[i] != 0
		}
		if known && a.said[i] != 0 {
			m |= 1 << i
		}
	}
	return m
}

// shares reports whether two answers have a value in common that is only one user's.
func (a *answer) shares(b *answer) bool {
	for m := range claimable {
		if a.said[m] != 0 && a.said[m] == b.said[m] {
			return true
		}
	}
	return false
}

// example is an answer that one with another user's identity contradicts: the user's own or, where none is known, the other
// user's. The lock is held.
func (h *history) example(a *answer, other *User) Kept {
	if len(h.held) > 0 && h.held[0].shares(a) {
		h = other.history(assay.Login) // the user's own is no better
	}
	for _, h := range []*history{h, &other.histories[0], &other.histories[1]} {
		switch {
		case h.witness != nil:
			return h.witness
		case len(h.held) > 0 && h.held[0].kept != nil:
			return h.held[0].kept
		}
	}
	return nil
}

// read makes digests of an identity, and gives those of further texts that may name a user to further; nil wants none. The claims of a
// token that was compared before are not read again.
func (u *Users) read(user *User, h *history, identity Identity, further *texts) answer {
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
	u.readClaims(&a, read, further)
	return a
}

// history is what the answers of an endpoint said of a user.
func (user *User) history(endpoint assay.Endpoint) *history {
	return &user.histories[index(endpoint)]
}

// index is the position of an endpoint in [assay.Endpoints].
func index(endpoint assay.Endpoint) int {
	if endpoint == assay.Phone {
		return 1
	}
	return 0
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
