package codes

import (
	"crypto/sha256"
	"sync"
	"sync/atomic"

	"github.com/unified-login/assay"
)

// MaxUsers bounds the users whose openIds are pinned, at about 300 bytes each. Only the channel and phone of other users are
// compared.
const MaxUsers = 1 << 20

// A User is who codes are minted for: one user id, channel and phone. Members that the driver did not name are empty.
type User struct {
	ID, Channel, Phone string
	openID             atomic.Pointer[string] // of the first login; nil before
}

// Users remembers how the target identified every user. It is safe for concurrent use.
type Users struct {
	mu       sync.RWMutex
	known    map[userKey]*User
	byOpenID map[string]*User
	byPhone  map[string]*User
}

type userKey struct{ id, channel, phone string }

// NewUsers returns an empty set of users.
func NewUsers() *Users {
	return &Users{known: map[userKey]*User{}, byOpenID: map[string]*User{}, byPhone: map[string]*User{}}
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
	known = &User{ID: code.UserID, Channel: code.Channel, Phone: code.Phone}
	if len(u.known) < MaxUsers {
		u.known[key] = known
		if _, taken := u.byPhone[known.Phone]; !taken {
			u.byPhone[known.Phone] = known
		}
	}
	return known
}

// SignedIn reports whether an openId is the user's own: the same as in the first login, and not another user's. first says
// that this is the first login, so that the openId is pinned and nothing was compared. A pinned user costs one comparison
// and no lock.
func (u *Users) SignedIn(user *User, openID []byte) (own, first bool) {
	if pinned := user.openID.Load(); pinned != nil && len(openID) <= maxPin {
		return *pinned == string(openID), false
	}
	return u.pin(user, pinOf(openID))
}

func (u *Users) pin(user *User, openID string) (own, first bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if pinned := user.openID.Load(); pinned != nil {
		return *pinned == openID, false
	}
	switch other, taken := u.byOpenID[openID]; {
	case taken && other.ID != user.ID:
		return false, false
	case !taken && len(u.byOpenID) < MaxUsers:
		u.byOpenID[openID] = user
	}
	user.openID.Store(&openID)
	return true, true
}

// BelongsToAnother reports whether an openId or phone is known to be another user's. False proves nothing.
func (u *Users) BelongsToAnother(user *User, endpoint assay.Endpoint, identity string) bool {
	u.mu.RLock()
	defer u.mu.RUnlock()
	other := u.byOpenID[pinOf([]byte(identity))]
	if endpoint == assay.Phone {
		if identity == user.Phone {
			return false
		}
		other = u.byPhone[identity]
	}
	return other != nil && other.ID != user.ID
}

// maxPin is the length up to which an openId is pinned itself; a longer one is pinned as its digest.
const maxPin = 256

func pinOf(openID []byte) string {
	if len(openID) <= maxPin {
		return string(openID)
	}
	digest := sha256.Sum256(openID)
	return string(digest[:])
}
