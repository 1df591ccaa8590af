package codes

import (
	"sync"

	"github.com/unified-login/assay"
)

// keptRecent is how many accessTokens are remembered at least of those that users were given lately; up to twice as many are.
const keptRecent = 1 << 15

// recent remembers whom the latest accessTokens were given to. It is safe for concurrent use.
type recent struct {
	mu                sync.Mutex
	current, previous map[uint64]*given
	count             [2]tally // by endpoint
}

// given says whom a token was given to.
type given struct {
	first  *User
	number uint64 // of the answer, see [Identity]
	others uint8  // further users, up to two
}

// A tally says how the tokens of an endpoint are distributed.
type tally struct {
	tokens  int // each of them once for every user who was given it, in a row
	users   int // with a token
	shared  int // tokens that a second user was given
	crowded int // those of them that a third user was given
	repeats int // times that a token was given to another user than the first
}

// give notes that a user's answer has another token than the one before. It returns the other user who was given it first, and the
// number of that answer; nil for none. answer may be nil.
func (r *recent) give(user *User, endpoint assay.Endpoint, token uint64, newUser bool, answer Noter) (*User, uint64) {
	number := uint64(0)
	if answer != nil {
		number = answer.Note()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.count[index(endpoint)]
	t.tokens++
	if newUser {
		t.users++
	}
	known := r.find(token)
	switch {
	case known == nil:
		r.add(token, &given{first: user, number: number})
		return nil, 0
	case known.first == user || akin(user, known.first, subject):
		return nil, 0
	}
	t.repeats++
	if known.others < 2 {
		known.others++
		if known.others == 1 {
			t.shared++
		} else {
			t.crowded++
		}
	}
	return known.first, known.number
}

func (r *recent) find(token uint64) *given {
	if known := r.current[token]; known != nil {
		return known
	}
	return r.previous[token]
}

func (r *recent) add(token uint64, g *given) {
	if r.current == nil || len(r.current) >= keptRecent {
		r.previous, r.current = r.current, make(map[uint64]*given)
	}
	r.current[token] = g
}

// fewTokens is how many tokens it takes to tell of fewer than fewestOwners users that theirs are made for a sign-in each.
const fewTokens = 100

// personal reports whether the tokens of an endpoint are made for a sign-in each, so that no two users have one. They are if a user
// is given several, and either fewer than a third go to a second user, or hardly any to a third one: a token of the mini-program that
// is replaced in time goes to many. Of fewer users it takes many tokens of which at most a tenth goes to a second one: at the usual rates,
// a token of the mini-program would have to be replaced with every sign-in for that.
func (r *recent) personal(endpoint int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.count[endpoint]
	if t.users < fewestOwners {
		return t.users > 1 && t.tokens >= fewTokens && 10*t.repeats <= t.tokens
	}
	return t.tokens >= 2*t.users && (3*t.repeats < t.tokens || t.tokens >= 100 && 10*t.crowded < t.shared)
}
