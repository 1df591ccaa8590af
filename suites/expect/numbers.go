package expect

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/rawjson"
)

// A userNumber is what a member says of its user in a numbering of the platform's own: a row of a table, an account. Each
// mini-program and channel may have its own numbering.
type userNumber struct{ member, app, channel, value string }

// NumbersOfOthers lists sign-ins in which a member of data or a claim that numbers users has the number of another user in place of
// the user's own, each behind a sign-in of that user, and the names of these members. A number is the user's who has it most often. A
// user who has had one number always may share it, as that of a company, unless several users share theirs with the user who
// signed in just before.
func (r Record) NumbersOfOthers() (pairs [][2]assay.Exchange, members []string) {
	numbers := r.numbers()
	votes := r.votes(numbers)
	counted, holder := countsUsers(votes), r.numbered(numbers)
	var found []othersNumber
	for i, s := range r {
		for _, n := range numbers[i] {
			theirs, best := holder[n], votes[numberOwner{n.member, s.group()}]
			own := best.times > 1 && best.value == n.value && best.values > 1
			if !counted[n.member] || own || theirs.Code.UserID == s.Code.UserID || IdentityOf(theirs.Exchange) == IdentityOf(s.Exchange) {
				continue // an answer that is another user's as a whole is judged by other requirements
			}
			found = append(found, othersNumber{theirs.Exchange, s.Exchange, n.member, best.values == 1, r.justBefore(i, theirs.Code.UserID)})
			break
		}
	}
	for _, o := range withoutShared(found) {
		pairs, members = append(pairs, [2]assay.Exchange{o.theirs, o.x}), append(members, o.member)
	}
	return pairs, members
}

// An othersNumber is a sign-in with the number of another user. Always is set where its user never had another number, and behind where
// the other user signed in just before.
type othersNumber struct {
	theirs, x      assay.Exchange
	member         string
	always, behind bool
}

// withoutShared leaves out numbers that users may share.
func withoutShared(found []othersNumber) []othersNumber {
	const several = 3
	sharing, behind := map[string]bool{}, map[string]bool{}
	for _, o := range found {
		if o.always {
			sharing[o.x.Code.UserID] = true
		}
		if o.always && o.behind {
			behind[o.x.Code.UserID] = true
		}
	}
	moved := len(behind) >= several && 2*len(behind) > len(sharing)
	return slices.DeleteFunc(found, func(o othersNumber) bool { return o.always && (!moved || !o.behind) })
}

// justBefore reports whether a user signed in just before the i-th sign-in. Several may have been under way.
func (r Record) justBefore(i int, user string) bool {
	const furthest = 8
	return slices.ContainsFunc(r[max(0, i-furthest):i], func(s SignedInAs) bool { return s.Code.UserID == user })
}

// NumbersBehind finds a member that has the number of a user who signed in a little before, in logins one after another in which
// no user has the same predecessor twice: the sign-in of that user, and the one with the number.
func (r Record) NumbersBehind() (pair []assay.Exchange, member string) {
	const furthest = 3
	values := map[string][]string{} // by member, in the order of the record
	for i, numbers := range r.numbers() {
		for _, n := range numbers {
			if values[n.member] == nil {
				values[n.member] = make([]string, len(r))
			}
			values[n.member][i] = n.value
		}
	}
	for name, list := range values {
		if r.follows(list, 0) {
			continue
		}
		for lag := 1; lag <= furthest; lag++ {
			if r.follows(list, lag) {
				last := len(r) - 1
				return []assay.Exchange{r[last-lag].Exchange, r[last].Exchange}, name
			}
		}
	}
	return nil, ""
}

// follows reports whether every value is that of the user so many sign-ins before, and of no other user.
func (r Record) follows(values []string, lag int) bool {
	of, taken := map[string]string{}, map[string]bool{}
	for i := lag; i < len(r); i++ {
		user, value := r[i-lag].Code.UserID, values[i]
		known, seen := of[user]
		if value == "" || seen && known != value || !seen && taken[value] {
			return false
		}
		of[user], taken[value] = value, true
	}
	return len(of) >= leastSubjects && len(r) >= 2*len(of)
}

// A numberOwner is a user and a member that may number users.
type numberOwner struct {
	member string
	group
}

// An ownNumber is the value that a user has had most often, how often, how many different ones there were, and in how many sign-ins.
type ownNumber struct {
	value                  string
	times, values, signIns int
}

// votes finds the number of each user.
func (r Record) votes(numbers [][]userNumber) map[numberOwner]ownNumber {
	votes := map[numberOwner]map[string]int{}
	for i, s := range r {
		for _, n := range numbers[i] {
			o := numberOwner{n.member, s.group()}
			if votes[o] == nil {
				votes[o] = map[string]int{}
			}
			votes[o][n.value]++
		}
	}
	own := make(map[numberOwner]ownNumber, len(votes))
	for o, values := range votes {
		best := ownNumber{values: len(values)}
		for _, value := range slices.Sorted(maps.Keys(values)) {
			n := values[value]
			if best.signIns += n; n > best.times {
				best.times, best.value = n, value
			}
		}
		own[o] = best
	}
	return own
}

// countsUsers tells the members that number users from those that number servers, tenants or sign-ins: most users who signed in
// more than once had one value, and most users a value of their own.
func countsUsers(votes map[numberOwner]ownNumber) map[string]bool {
	type tally struct {
		users, signIns, agree int
		own                   map[userNumber]bool
	}
	tallies := map[string]*tally{}
	for o, best := range votes {
		if best.signIns < 2 {
			continue
		}
		if tallies[o.member] == nil {
			tallies[o.member] = &tally{own: map[userNumber]bool{}}
		}
		t := tallies[o.member]
		t.users, t.signIns, t.agree = t.users+1, t.signIns+best.signIns, t.agree+best.times
		t.own[userNumber{o.member, o.app, o.channel, best.value}] = true
	}
	counted := map[string]bool{}
	for member, t := range tallies {
		counted[member] = t.users >= leastSubjects && 4*t.agree >= 3*t.signIns && 5*len(t.own) >= 4*t.users
	}
	return counted
}

// numbered maps every number to a sign-in of the user who has it most often.
func (r Record) numbered(numbers [][]userNumber) map[userNumber]SignedInAs {
	type vote struct {
		user string
		userNumber
	}
	votes, most, holder := map[vote]int{}, map[userNumber]int{}, map[userNumber]SignedInAs{}
	for i, s := range r {
		for _, n := range numbers[i] {
			v := vote{s.Code.UserID, n}
			if votes[v]++; votes[v] > most[n] {
				most[n], holder[n] = votes[v], s
			}
		}
	}
	return holder
}

// numbers lists the numbers in each sign-in that has to be its user's.
func (r Record) numbers() [][]userNumber {
	numbers := make([][]userNumber, len(r))
	for i, s := range r {
		if s.Own && !s.Near && !s.Shared {
			numbers[i] = s.numbers()
		}
	}
	return numbers
}

// numbers lists what members of data, of an object for the user in it, and claims say in numberings of their own.
func (s SignedInAs) numbers() []userNumber {
	var found []userNumber
	add := func(where string, members map[string]json.RawMessage) {
		for name, raw := range members {
			value := strings.Trim(string(raw), `"`)
			if value == s.Subject() {
				continue // judged by token.subject
			}
			if slices.Contains(numberingNames(), plainName(name)) && isNumber(raw) {
				found = append(found, userNumber{where + shown([]byte(name)), s.Code.AppID, s.Code.Channel, value})
			}
		}
	}
	for _, raw := range s.envelope.Members("data") {
		data := membersOf(raw)
		add("data.", data)
		for name, inner := range data {
			if slices.Contains(userNames(), plainName(name)) {
				add("data."+shown([]byte(name))+".", membersOf(inner))
			}
		}
	}
	if s.isJWT {
		add("the token's ", membersOf(s.opened.Payload))
	}
	return found
}

// numberingNames are the names of members that number users, without case, _ and -, and of keys that a user may have one of. What
// the contract names is judged by its own requirements.
func numberingNames() []string {
	return []string{"id", "uid", "userid", "accountid", "memberid", "customerid", "loginid", "sessionkey", "sessionid", "refreshtoken"}
}

// isNumber reports whether a value may be a number of a user: a JSON number other than 0, or a text.
func isNumber(raw json.RawMessage) bool {
	return !assay.Empty(raw) && string(raw) != "0" && strings.IndexByte("\"-0123456789", raw[0]) >= 0
}

// membersOf reads the members of an object, of one with thousands those that say whose number something is. The last of
// repeated members counts.
func membersOf(raw []byte) map[string]json.RawMessage {
	if !json.Valid(raw) {
		return nil
	}
	split, _ := rawjson.Split(raw, func(name []byte) bool {
		plain := plainName(string(name))
		return slices.Contains(numberingNames(), plain) || slices.Contains(userNames(), plain)
	})
	members := make(map[string]json.RawMessage, len(split))
	for name, values := range split {
		members[name] = values[len(values)-1]
	}
	return members
}

// userNames are the names of members that are objects for the user, without case, _ and -.
func userNames() []string { return []string{"user", "userinfo", "account", "profile", "member"} }
