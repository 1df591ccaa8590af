package codes

import (
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/unified-login/assay/internal/jwt"
)

// further is what is remembered of a user beside the openId, as digests; 0 for nothing.
type further struct {
	unionID pin
	subject pin
	// token is the last accessToken whose subject was compared. Most targets give a user the same token for hours.
	token atomic.Uint64
}

// A pin is a value that two logins have agreed on.
type pin struct {
	agreed atomic.Uint64 // the value; 0 before
	last   atomic.Uint64 // the value of the last login
	former atomic.Uint64 // the value of the login before it
}

// sees reports whether a value may be the user's: it is the one that two logins agreed on, or the first. One that differs from
// both before it is not: one of them is wrong. fresh says that this login is the one that agreed.
func (p *pin) sees(value uint64) (own, fresh bool) {
	if agreed := p.agreed.Load(); agreed != 0 {
		return agreed == value, false
	}
	last := p.last.Swap(value)
	former := p.former.Swap(last)
	if last == value || former == value {
		return true, p.agreed.CompareAndSwap(0, value)
	}
	return last == 0, false
}

// tokens remembers which user's every subject of an accessToken is.
type tokens struct {
	seed   maphash.Seed
	mu     *sync.RWMutex
	owners map[uint64]*User // by subject
	shared *int             // users whose subject is another's
	// personal is set while the tokens are known to be users' own, and not the mini-program's or a server's.
	personal *atomic.Bool
}

// leastPinned is how many users' subjects have to be known before tokens are compared: fewer could be those of servers.
const leastPinned = 16

func newTokens() tokens {
	return tokens{seed: maphash.MakeSeed(), mu: new(sync.RWMutex), owners: map[uint64]*User{}, shared: new(int), personal: new(atomic.Bool)}
}

// Further reports whether the unionId and the accessToken of a login can be the user's own. Absent ones can. A unionId has
// to be the one that two logins agreed on. So has the subject of a token, except for one that is not known to be another
// user's: targets may replace it. Tokens are compared only while most users have a subject of their own.
func (u *Users) Further(user *User, unionID, token []byte) bool {
	if len(unionID) > 0 {
		if own, _ := user.further.unionID.sees(u.tokens.digest(unionID)); !own {
			return false
		}
	}
	if len(token) == 0 {
		return true
	}
	digest := u.tokens.digest(token)
	if user.further.token.Load() == digest {
		return true
	}
	subject := digest // of an opaque token
	if read, isJWT := jwt.Read(token); isJWT {
		named := read.Subject()
		if named == "" {
			return true
		}
		subject = u.tokens.digest([]byte(named))
	}
	own, fresh := user.further.subject.sees(subject)
	switch {
	case fresh:
		u.tokens.pin(user, subject)
	case !own:
		return !u.tokens.belongToAnother(user, subject)
	}
	if user.further.subject.agreed.Load() == subject {
		user.further.token.Store(digest)
	}
	return true
}

func (t *tokens) digest(text []byte) uint64 { return max(1, maphash.Bytes(t.seed, text)) }

func (t *tokens) pin(user *User, subject uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch other, taken := t.owners[subject]; {
	case taken && other.ID != user.ID:
		*t.shared++
	case !taken && len(t.owners) < MaxUsers:
		t.owners[subject] = user
	}
	pinned := len(t.owners) + *t.shared
	t.personal.Store(pinned >= leastPinned && 3**t.shared < pinned)
}

func (t *tokens) belongToAnother(user *User, subject uint64) bool {
	if !t.personal.Load() {
		return false
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	other := t.owners[subject]
	return other != nil && other.ID != user.ID
}
