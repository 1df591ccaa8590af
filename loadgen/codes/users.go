package codes

import (
	"crypto/sha256"
	"sync"
	"sync/atomic"

	"github.com/unified-login/assay"
)

// MaxUsers bounds the users whose openIds are pinned, at about 400 bytes each. Only the channel and phone of other users are
// compared.
const MaxUsers = 1 << 20

// A User is who codes are minted for: one user id, channel and phone. Members that the driver did not name are empty.
type User struct {
	ID, Channel, Phone string
	openID             atomic.Pointer[string] // of two logins that agree; nil before
	further            further
	// seen are the openIds before two of them agreed. Users.mu guards it.
	seen [2]string
}

// Users remembers how the target identified every user. It is safe for concurrent use.
type Users struct {
	mu       sync.RWMutex
	known    map[userKey]*User
	byOpenID map[string]*User
	byPhone  map[string]*User
	tokens   tokens
}

type userKey struct{ id, channel, phone string }

// NewUsers returns an empty set of users.
func NewUsers() *Users {
	return &Users{known: map[userKey]*User{}, byOpenID: map[string]*User{}, byPhone: map[string]*User{}, tokens: newTokens()}
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

// SignedIn reports whether an openId is the user's own: the same as in earlier logins, and not another user's. The openId is
// pinned as soon as two logins agree. So one wrong answer is counted once, even where it is the first. first says that this
// is the first login: nothing was compared. A pinned user costs one comparison and no lock.
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
	other, taken := u.byOpenID[openID]
	switch {
	case taken && other.ID != user.ID:
		return false, false
	case user.seen[0] == "":
		user.seen[0] = openID
		return true, true
	case user.seen[0] != openID && user.seen[1] != openID:
		user.seen[0], user.seen[1] = openID, user.seen[0] // one of the two is wrong
		return false, false
	}
	if !taken && len(u.byOpenID) < MaxUsers {
		u.byOpenID[openID] = user
	}
	user.openID.Store(&openID)
	user.seen = [2]string{}
	return true, false
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
