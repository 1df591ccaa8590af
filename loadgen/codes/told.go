package codes

import (
	"slices"
	"strings"
	"sync"
)

// mostLines is how many numbers of support lines refusals may have.
const mostLines = 2

// lines are the first numbers that refusals had as a phone. It is safe for concurrent use.
type lines struct {
	mu    sync.Mutex
	first []uint64 // digests
}

// SupportLine reports whether the phone in a refusal is nobody's that is known, and the same in refusals of all users: the number of a
// support line. The first numbers are treated as that, since nobody knows yet. A masked phone is somebody's.
func (u *Users) SupportLine(user *User, phone string) bool {
	if strings.Contains(phone, "*") || phone == user.Phone || u.OfPhone(user, phone) != nil || u.Told(user, [][]byte{[]byte(phone)}) != 0 {
		return false
	}
	number := u.digests.of([]byte(phone))
	u.lines.mu.Lock()
	defer u.lines.mu.Unlock()
	if len(u.lines.first) < mostLines && !slices.Contains(u.lines.first, number) {
		u.lines.first = append(u.lines.first, number)
	}
	return slices.Contains(u.lines.first, number)
}

// Told returns the member of the user's own identity that one of some texts is, as far as earlier answers gave it; 0 for none. A text of
// fewer than 8 bytes may be anything. A unionId that users share says nothing of one of them.
func (u *Users) Told(user *User, texts [][]byte) Members {
	u.mu.RLock()
	defer u.mu.RUnlock()
	for _, text := range texts {
		if len(text) < telling {
			continue
		}
		if member := u.given(user, u.digests.of(text)); member != 0 {
			return member
		}
	}
	return 0
}

// given is the member that a user was given a value as; 0 for none. The lock is held, for reading at least.
func (u *Users) given(user *User, value uint64) Members {
	for i := range user.histories {
		h := &user.histories[i]
		switch {
		case h.had(openID, value):
			return OpenID
		case h.had(unionID, value) && (u.of[unionID].of[value].users <= 1 || u.of[unionID].required()):
			return UnionID
		case h.had(phone, value):
			return Phone
		case h.hadToken(value):
			return AccessToken
		}
	}
	return 0
}

// had reports whether an answer that is remembered has a value of a member.
func (h *history) had(m int, value uint64) bool {
	for i := range h.held {
		if h.held[i].said[m] == value {
			return true
		}
	}
	return h.agreed[m].Load() == value || h.later[m] == value
}

// hadToken reports whether an answer that is remembered has an accessToken.
func (h *history) hadToken(value uint64) bool {
	for i := range h.held {
		if h.held[i].token == value {
			return true
		}
	}
	return h.token.Load() == value || h.last.Load() == value
}
