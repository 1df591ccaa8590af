package codes

import (
	"sync"
	"sync/atomic"

	"github.com/unified-login/assay"
)

// MaxUsers bounds the users whose identities are pinned, at about 700 bytes each. Only the channel and phone of other users are
// compared.
const MaxUsers = 1 << 20

// A User is who codes are minted for: one user id, channel and phone. Members that the driver did not name are empty.
type User struct {
	ID, Channel, Phone string
	histories          [2]history // of logins and of phones
	id                 uint64     // the digest of ID
}

// Users remembers how the target identified every user. It is safe for concurrent use.
type Users struct {
	digests digester

	mu       sync.RWMutex
	known    map[userKey]*User
	byOpenID map[uint64]*User
	byPhone  map[string]*User
	unionIDs owners
	subjects owners
}

type userKey struct{ id, channel, phone string }

// NewUsers returns an empty set of users.
func NewUsers() *Users {
	return &Users{digests: newDigester(), known: map[userKey]*User{}, byOpenID: map[uint64]*User{},
		byPhone: map[string]*User{}, unionIDs: newOwners(), subjects: newOwners()}
}

// Expect says how many users there will be. It is called before the first of them.
func (u *Users) Expect(number int) {
	least := min(commonLeast, max(fewestLeast, number))
	u.unionIDs.least, u.subjects.least = least, least
}

// Of returns the user that a code was minted for. Codes of the same user return the same pointer.
func (u *Users) Of(code *assay.Code) *User {
	key := userKey{code.UserID, code.Channel, code.Phone}
	u.mu.RLock()
	known := u.known[key]
	u.mu.RUnlock()
	if known != nil {
		return known
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if known = u.known[key]; known != nil {
		return known
	}
	known = &User{ID: code.UserID, Channel: code.Channel, Phone: code.Phone, id: u.digests.of([]byte(code.UserID))}
	if len(u.known) < MaxUsers {
		u.known[key] = known
		claim(u.byPhone, known.Phone, known)
	}
	return known
}

// claim makes a user the owner of a value, where it has no owner yet.
func claim[K comparable](of map[K]*User, value K, user *User) {
	if _, taken := of[value]; !taken && len(of) < MaxUsers {
		of[value] = user
	}
}

// BelongsToAnother reports whether an openId or phone is known to be another user's. False proves nothing.
func (u *Users) BelongsToAnother(user *User, endpoint assay.Endpoint, identity string) bool {
	return u.Other(user, endpoint, identity) != nil
}

// Other returns the other user whose openId or phone an identity is known to be; nil for none.
func (u *Users) Other(user *User, endpoint assay.Endpoint, identity string) *User {
	u.mu.RLock()
	defer u.mu.RUnlock()
	other := u.byOpenID[u.digests.of([]byte(identity))]
	if endpoint == assay.Phone {
		if identity == user.Phone {
			return nil
		}
		other = u.byPhone[identity]
	}
	return unlike(user, other)
}

// unlike returns other where it is another person than user; nil otherwise.
func unlike(user, other *User) *User {
	if other == nil || other.ID == user.ID {
		return nil
	}
	return other
}

// owners remembers which user's every value of a member is that does not have to be a user's own: it may be the mini-program's
// or a server's.
type owners struct {
	of     map[uint64]*User // by value
	shared int              // users whose value is another's
	// personal is set while most users have a value of their own.
	personal *atomic.Bool
	least    int // how many users' values have to be known before they are compared
}

// Before values are compared between users, those of commonLeast users have to be known: fewer could be those of servers. Of
// fewer users it is all of them, but not less than fewestLeast, as in requirement token.subject.
const commonLeast, fewestLeast = 16, 8

func newOwners() owners {
	return owners{of: map[uint64]*User{}, personal: new(atomic.Bool), least: commonLeast}
}

// pin notes that a value is a user's. The lock is held.
func (o *owners) pin(user *User, value uint64) {
	switch other, taken := o.of[value]; {
	case taken && other.ID != user.ID:
		o.shared++
	case !taken && len(o.of) < MaxUsers:
		o.of[value] = user
	}
	pinned := len(o.of) + o.shared
	o.personal.Store(pinned >= o.least && 3*o.shared < pinned)
}

// other returns the other user whose value this is, as far as values are users' own; nil for none. Users who share a phone may
// share it. The lock is held.
func (o *owners) other(user *User, value uint64) *User {
	if value == 0 || !o.personal.Load() {
		return nil
	}
	other := unlike(user, o.of[value])
	if other != nil && other.Phone != "" && other.Phone == user.Phone {
		return nil
	}
	return other
}
