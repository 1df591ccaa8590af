package codes

import (
	"crypto/sha256"
	"sync"
	"sync/atomic"

	"github.com/unified-login/assay"
)

// maxUsers bounds the users whose openIds are pinned, at some 300 bytes each. Of a user beyond it the channel and the
// phone are still compared.
const MaxUsers = 1 << 20

// A user is whom codes are minted for: one user id, channel and phone.
type User struct {
	ID, Channel, Phone string
	openID             atomic.Pointer[string] // the pin: what the first login gave
}

// users remember what every user was seen to be. It is safe for concurrent use.
type Users struct {
	mu       sync.RWMutex
	known    map[userKey]*User
	byOpenID map[string]*User
	byPhone  map[string]*User
}

type userKey struct{ id, channel, phone string }

func NewUsers() *Users {
	return &Users{known: map[userKey]*User{}, byOpenID: map[string]*User{}, byPhone: map[string]*User{}}
}

// of returns the user that a code was minted for.
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
	known = &User{ID: code.UserID, Channel: code.Channel, Phone: code.Phone}
	if len(u.known) < MaxUsers {
		u.known[key] = known
		if _, taken := u.byPhone[known.Phone]; !taken {
			u.byPhone[known.Phone] = known
		}
	}
	return known
}

// signedIn compares an openId with the user's pin, and pins the first. It is not own when it is not the user's, or is
// somebody else's. Without a pin it costs a lock, with one it costs a comparison.
func (u *Users) SignedIn(who *User, openID []byte) (own, first bool) {
	if pinned := who.openID.Load(); pinned != nil && len(openID) <= maxPin {
		return *pinned == string(openID), false
	}
	return u.pin(who, pinOf(openID))
}

func (u *Users) pin(who *User, openID string) (own, first bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if pinned := who.openID.Load(); pinned != nil {
		return *pinned == openID, false
	}
	switch other, taken := u.byOpenID[openID]; {
	case taken && other.ID != who.ID:
		return false, false
	case !taken && len(u.byOpenID) < MaxUsers:
		u.byOpenID[openID] = who
	}
	who.openID.Store(&openID)
	return true, true
}

// anothers reports whether an identity is known for that of another user. False says nothing.
func (u *Users) BelongsToAnother(who *User, endpoint assay.Endpoint, identity string) bool {
	u.mu.RLock()
	defer u.mu.RUnlock()
	other := u.byOpenID[pinOf([]byte(identity))]
	if endpoint == assay.Phone {
		if identity == who.Phone {
			return false
		}
		other = u.byPhone[identity]
	}
	return other != nil && other.ID != who.ID
}

// maxPin is how long an openId may be to be kept as it is; a longer one is kept as its digest.
const maxPin = 256

func pinOf(openID []byte) string {
	if len(openID) <= maxPin {
		return string(openID)
	}
	digest := sha256.Sum256(openID)
	return string(digest[:])
}
