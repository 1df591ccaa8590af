package codes

import (
	"math"

	"github.com/unified-login/assay"
)

// A Suspicion is a set of reasons for which an accepted answer may be another user's, although the user's other answers do not
// contradict it. Whether a reason proves that depends on whether the values of a member are users' own, which only all answers
// together say: see [Users.Proven].
type Suspicion uint8

// The reasons.
const (
	SharedUnionID   Suspicion = 1 << iota // another user has the unionId, too
	SharedSubject                         // another user's token has the subject, too
	ChangedSubject                        // the user's other tokens have another subject
	RepeatedToken                         // the accessToken was given to another user before
	RepeatedSession                       // the same of one that has the subject of that user's session

	// Suspicions is how many sets there are.
	Suspicions = 1 << iota
)

// An Accusation is a suspicion of an answer at an endpoint.
type Accusation struct {
	User     *User
	Endpoint assay.Endpoint
	Of       Suspicion
}

// Proven returns the suspicions that prove another user's identity, by endpoint in the order of [assay.Endpoints], as far as the
// answers so far say. The order in which users signed in makes no difference.
func (u *Users) Proven() (all [2]Suspicion) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	for i, subjects := range []*owners{&u.of[subject], &u.of[phoneSubject]} {
		if u.of[unionID].required() {
			all[i] |= SharedUnionID
		}
		if subjects.customary() {
			all[i] |= SharedSubject
			if !subjects.fleeting() {
				all[i] |= ChangedSubject
			}
		}
		if subjects.steady() {
			all[i] |= ChangedSubject
		}
		if u.recent.personal(i) {
			all[i] |= RepeatedToken
			if subjects.fleeting() {
				all[i] |= RepeatedSession
			}
		}
	}
	return all
}

// fewestOwners is how many users' values have to be known before they are compared between users, as in requirement token.subject:
// fewer could be those of servers.
const fewestOwners = 8

// required reports whether the values of a member that has to be a user's own are. The contract says so of a unionId. It is clearly
// none where most users share it, and either fewer than fewestOwners values are known or each has four users on average.
func (o *owners) required() bool {
	const crowd = 4
	values := len(o.of)
	return o.users >= fewestOwners && (3*o.shared() < o.users || values >= fewestOwners && o.users < crowd*values)
}

// customary reports whether the values of a member that may be anybody's are users' own. They are if at most a tenth of the users
// share them: the values of groups are shared by more, unless there are ten times as many groups as users. They are as well if they
// are shared by two users each: groups of any size would also have users in threes.
func (o *owners) customary() bool {
	if o.users < fewestOwners {
		return false
	}
	if 10*o.shared() <= o.users {
		return true
	}
	const enough, share = 12, 4
	expected := float64(o.users)
	if o.alone > 0 { // of users who are spread over groups at random, as a Poisson distribution has it
		groupmates := math.Log(float64(o.users) / float64(o.alone))
		expected -= float64(o.alone) * (1 + groupmates)
	}
	return expected >= enough && share*float64(o.crowded) < expected
}

// fleeting reports whether users' values do not stay the same, such as those of sessions.
func (o *owners) fleeting() bool { return int64(o.changes) > o.repeats.Load() }

// steady reports whether users' values stay the same, though users share them, as those of tenants: all but a tenth do, and most users
// return to theirs. Fewer than fewestOwners could be those of servers, one of which answers less often.
func (o *owners) steady() bool {
	return len(o.of) >= fewestOwners && 10*int64(o.changes) <= o.repeats.Load() && o.changes <= 2*o.returns
}

// shared is how many users have a value that another one has, too.
func (o *owners) shared() int { return o.users - o.alone }
