package codes

import (
	"sync"

	"github.com/unified-login/assay"
)

// MaxUsers bounds the users whose identities are remembered, at about 1000 bytes each, and the values by which those of one user
// are found in the answers of another. Only the channel and phone of other users are compared.
const MaxUsers = 1 << 20

// A User is who codes are minted for: one user id, channel and phone. Members that the driver did not name are empty.
type User struct {
	ID, Channel, Phone string
	histories          [2]history // of logins and of phones
	id, phone          uint64     // the digests of ID and Phone
	issues             sync.Mutex // guards latest and awaiting
	latest             [3]latest  // codes, of either kind and of both
	awaiting           []*answered
}

// Users remembers how the target identified every user. It is safe for concurrent use.
type Users struct {
	digests digester
	order   order
	lines   lines

	mu      sync.RWMutex
	known   map[userKey]*User
	byPhone map[string]*User
	of      [ownerships]owners
	// retracted are the suspicions that the answer which is being compared takes back.
	retracted []Accusation

	people people
	recent recent
}

type userKey struct{ id, channel, phone string }

// NewUsers returns an empty set of users.
func NewUsers() *Users {
	return &Users{digests: newDigester(), known: map[userKey]*User{}, byPhone: map[string]*User{}, of: newOwners(),
		people: people{of: map[uint64]*User{}}}
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
	known = &User{ID: code.UserID, Channel: code.Channel, Phone: code.Phone, id: u.digests.of([]byte(code.UserID)),
		phone: u.digests.of([]byte(code.Phone))}
	if len(u.known) < MaxUsers {
		u.known[key] = known
		if _, taken := u.byPhone[known.Phone]; !taken {
			u.byPhone[known.Phone] = known
		}
		u.people.add(u.digests, known)
		u.doubt(known.id)
		u.doubt(known.phone)
	}
	return known
}

// OfPhone returns the other user whose phone this is; nil if none is known.
func (u *Users) OfPhone(user *User, phone string) *User {
	if phone == user.Phone {
		return nil
	}
	u.mu.RLock()
	defer u.mu.RUnlock()
	return unlike(user, u.byPhone[phone])
}

// unlike returns other where it is another person than user; nil otherwise.
func unlike(user, other *User) *User {
	if other == nil || other.ID == user.ID {
		return nil
	}
	return other
}
