package codes

import (
	"bytes"
	"sync"

	"github.com/unified-login/assay/internal/jwt"
)

// telling is how long a text is at least that names a user wherever it is, as in requirement envelope.one-identity: a shorter one may
// be anything. Where an id is expected, one of fewer letters is enough, but not of fewer digits: it may be a number of the platform's
// own.
const telling, fewestLetters = 8, 3

// people are the users by what was injected: the digests of their ids and phones. It is safe for concurrent use.
type people struct {
	mu sync.RWMutex
	of map[uint64]*User
}

// add makes a user known. The first one with a phone keeps it.
func (p *people) add(d digester, user *User) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, text := range []string{user.ID, user.Phone} {
		if digits := onlyDigits(text); len(text) < fewestLetters || digits && len(text) < telling || len(p.of) >= 2*MaxUsers {
			continue
		}
		if digest := d.of([]byte(text)); p.of[digest] == nil {
			p.of[digest] = user
		}
	}
}

func onlyDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// other returns the other user whose id or phone this is; nil for none. A phone may be several users'.
func (p *people) other(user *User, digest uint64) *User {
	if digest == 0 || digest == user.id || digest == user.phone {
		return nil
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if other := p.of[digest]; !akin(user, other, unionID) {
		return other
	}
	return nil
}

// injected returns the other user whose injected id or phone an answer has for an openId, a unionId or the subject of its accessToken:
// that is proof by itself. nil for no such user.
func (u *Users) injected(user *User, a *answer) *User {
	for _, value := range a.said[:claimable] {
		if other := u.people.other(user, value); other != nil {
			return other
		}
	}
	return nil
}

// texts are the digests of further texts of an answer, which may be ids: the first few.
type texts struct {
	of     [24]uint64
	length int
}

func (t *texts) add(digest uint64) {
	if t.length < len(t.of) {
		t.of[t.length] = digest
		t.length++
	}
}

// further are the digests of the texts elsewhere in an answer that are long enough to tell.
func (u *Users) further(identity Identity) (all texts) {
	for _, text := range identity.Elsewhere {
		if len(text) >= telling {
			all.add(u.digests.of(text))
		}
	}
	return all
}

// readClaims takes the claims of a token that may name a user.
func (u *Users) readClaims(a *answer, token jwt.Token, further *texts) {
	for name, value := range token.Claims() {
		switch string(name) {
		case "jti":
			a.serial = true
		case "iat", "exp", "nbf", "iss", "aud", "scope":
		default:
			if further != nil && (len(value) >= telling || jwt.NamesUser(name)) {
				if digest := u.digests.of(value); digest != a.said[openID] && digest != a.said[unionID] && digest != a.said[subject] {
					further.add(digest)
				}
			}
		}
	}
}

// elsewhere returns the other user to whom one of the further texts of an answer belongs, and why that is not certain; nil if none is
// known. The lock is held, for reading at least.
func (u *Users) elsewhere(user *User, h *history, a *answer, further *texts) (*User, Suspicion) {
	for _, value := range further.of[:further.length] {
		if value == a.said[openID] || value == a.said[unionID] || value == a.said[subject] || value == a.token || value == h.agreed[openID].Load() {
			continue
		}
		if other := u.people.other(user, value); other != nil {
			return other, 0
		}
		if other := unlike(user, u.of[openID].of[value].first); other != nil {
			return other, 0
		}
		if other := u.of[unionID].other(user, unionID, value); other != nil {
			return other, SharedUnionID
		}
		for i := range u.of[subject:] {
			if other := u.of[subject+i].other(user, subject, value); other != nil {
				return other, SharedSubject
			}
		}
	}
	return nil, 0
}

// strays reports whether one of the further texts of an answer may be another user's.
func (u *Users) strays(user *User, h *history, a *answer, further *texts) bool {
	if further.length == 0 {
		return false
	}
	u.mu.RLock()
	defer u.mu.RUnlock()
	other, _ := u.elsewhere(user, h, a, further)
	return other != nil
}

// Pieces splits the value of a header field where ids may begin and end, such as that of a cookie.
func Pieces(text []byte) [][]byte {
	return bytes.FieldsFunc(text, func(r rune) bool { return bytes.ContainsRune([]byte(" \t;,=\"/?&:<>|"), r) })
}
