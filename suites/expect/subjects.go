package expect

import "github.com/unified-login/assay"

// A TokenKind says whose an accessToken is, as far as sign-ins in a known order show it.
type TokenKind int

// The kinds of tokens.
const (
	NoTokens      TokenKind = iota // a login gives none
	AnyonesTokens                  // of the mini-program or the server: they name nobody, or too few
	FreshTokens                    // another value at every login, of which nothing can be said
	UsersTokens                    // one value for every user
	MixedTokens                    // a user's, and given to another user too
)

// leastSubjects is how many values name users rather than mini-programs or servers.
const leastSubjects = 8

// Subject is what a token says of its user: the first of the claims sub, id, uid, userId and the like, or the whole text of an
// opaque token. It is empty where there is no token, and for a JWT without these claims.
func (s SignedInAs) Subject() string { return s.subject }

// TokenKind tells from logins one after another, in which no user has the same predecessor twice, whose tokens are. Where
// they are mixed up, pair is a sign-in with a value and one of another user with the same value.
func (r Record) TokenKind() (kind TokenKind, pair []assay.Exchange) {
	tokens, values, ofUser := 0, map[string]bool{}, map[string]map[string]bool{}
	repeated := false
	for _, s := range r {
		if s.Token == "" {
			continue
		}
		tokens++
		subject, user := s.Subject(), s.Code.UserID
		if subject == "" {
			continue
		}
		values[subject] = true
		if ofUser[user] == nil {
			ofUser[user] = map[string]bool{}
		}
		repeated = repeated || ofUser[user][subject]
		ofUser[user][subject] = true
	}
	switch pair = r.mixed(); {
	case tokens == 0:
		return NoTokens, nil
	case len(values) < leastSubjects:
		return AnyonesTokens, nil
	case len(pair) > 0:
		return MixedTokens, pair
	case repeated:
		return UsersTokens, nil
	default:
		return FreshTokens, nil
	}
}

// mixed finds a value that two users got, where another value was given in between: a token of the mini-program that is
// replaced in time is given to some users in a row, and then never again.
func (r Record) mixed() []assay.Exchange {
	last := map[string]int{} // position of a value's last sign-in
	previous := -1
	for i, s := range r {
		subject := s.Subject()
		if subject == "" {
			continue
		}
		if before, known := last[subject]; known && before != previous && r[before].Code.UserID != s.Code.UserID && !r.swapped(s) {
			return []assay.Exchange{r[before].Exchange, s.Exchange}
		}
		last[subject], previous = i, i
	}
	return nil
}

// swapped reports whether a sign-in is another user's as a whole, which is not the token's fault: its openId is another
// user's too.
func (r Record) swapped(s SignedInAs) bool {
	for _, other := range r {
		if other.Code.UserID != s.Code.UserID && other.Code.AppID == s.Code.AppID && IdentityOf(other.Exchange) == IdentityOf(s.Exchange) {
			return true
		}
	}
	return false
}

// TokensOfOthers lists sign-ins with the token of another user, each behind a sign-in of that user. It is for users' tokens
// only; see [Record.TokenKind]. A value is the user's who has it most often.
func (r Record) TokensOfOthers() [][2]assay.Exchange {
	holder := r.holders()
	openIDs := map[string]map[string]bool{} // user ids by app and openId
	for _, s := range r {
		key := s.Code.AppID + "\n" + IdentityOf(s.Exchange)
		if openIDs[key] == nil {
			openIDs[key] = map[string]bool{}
		}
		openIDs[key][s.Code.UserID] = true
	}
	var wrong [][2]assay.Exchange
	for _, s := range r {
		subject := s.Subject()
		theirs, taken := holder[subject]
		if subject == "" || !taken || theirs.Code.UserID == s.Code.UserID || s.Near || s.Shared {
			continue
		}
		if swapped := len(openIDs[s.Code.AppID+"\n"+IdentityOf(s.Exchange)]) > 1; !swapped {
			wrong = append(wrong, [2]assay.Exchange{theirs.Exchange, s.Exchange})
		}
	}
	return append(wrong, r.tokensOfPhones()...)
}

// tokensOfPhones lists sign-ins with the token of another user who has the same phone, each behind one of that user. A platform
// may take the two for one person; then it gives them one unionId as well.
func (r Record) tokensOfPhones() (wrong [][2]assay.Exchange) {
	first := map[string]SignedInAs{}
	for _, s := range r {
		subject := s.Subject()
		if subject == "" || !s.Shared || UnionID(s.Exchange) == "" {
			continue
		}
		theirs, taken := first[subject]
		if !taken {
			first[subject] = s
			continue
		}
		other := s.group()
		other.user = theirs.Code.UserID
		if theirs.group() == other && other.user != s.Code.UserID && theirs.Code.Phone == s.Code.Phone &&
			IdentityOf(theirs.Exchange) != IdentityOf(s.Exchange) && UnionID(theirs.Exchange) != UnionID(s.Exchange) {
			wrong = append(wrong, [2]assay.Exchange{theirs.Exchange, s.Exchange})
		}
	}
	return wrong
}

// Nameless lists sign-ins whose JWTs name nobody, each behind one of another user with which a client confuses it. It is for
// users' tokens only; see [Record.TokenKind].
func (r Record) Nameless() (confused [][2]assay.Exchange) {
	var first *SignedInAs
	for _, s := range r {
		switch {
		case !s.isJWT || s.Subject() != "" || s.Near || s.Shared:
		case first == nil:
			first = &s
		case s.Code.UserID != first.Code.UserID:
			confused = append(confused, [2]assay.Exchange{first.Exchange, s.Exchange})
		}
	}
	return confused
}

// TwoAccounts finds two sign-ins of one user, mini-program and channel whose JWTs name different users; nil for none. It is for
// users' tokens only; see [Record.TokenKind]. Opaque tokens are left out, since a user may have several.
func (r Record) TwoAccounts() []assay.Exchange {
	first := map[group]SignedInAs{}
	for _, s := range r {
		if s.Code == nil || !s.isJWT || s.Subject() == "" {
			continue
		}
		before, known := first[s.group()]
		if !known {
			first[s.group()] = s
		} else if before.Subject() != s.Subject() {
			return []assay.Exchange{before.Exchange, s.Exchange}
		}
	}
	return nil
}

// holders maps every value to a sign-in of the user who has it most often.
func (r Record) holders() map[string]SignedInAs {
	type vote struct{ user, subject string }
	votes, most, holder := map[vote]int{}, map[string]int{}, map[string]SignedInAs{}
	for _, s := range r {
		subject := s.Subject()
		if subject == "" || s.Near || s.Shared {
			continue
		}
		v := vote{s.Code.UserID, subject}
		if votes[v]++; votes[v] > most[subject] {
			most[subject], holder[subject] = votes[v], s
		}
	}
	return holder
}

// Groups tells how many users' tokens name how many values, a user's being the one that was given most often, and whether these are
// groups of users, such as tenants: of a quarter of the users, at least two others have the value. Few users in a known order, as for
// [Record.TokenKind], may all be of different groups.
func (r Record) Groups() (users, values int, groups bool) {
	type vote struct{ user, subject string }
	votes, most := map[vote]int{}, map[string]string{} // by user
	for _, s := range r {
		if subject, user := s.Subject(), s.Code.UserID; subject != "" && !s.Near && !s.Shared {
			v := vote{user, subject}
			if votes[v]++; votes[v] > votes[vote{user, most[user]}] || most[user] == "" {
				most[user] = subject
			}
		}
	}
	holders := map[string]int{}
	for _, subject := range most {
		holders[subject]++
	}
	crowded := 0
	for _, n := range holders {
		if n > 2 {
			crowded += n
		}
	}
	return len(most), len(holders), 4*crowded >= len(most) && crowded > 0
}

// TokenSize is the size of the record's largest accessToken in bytes, and the sign-in that gave it.
func (r Record) TokenSize() (size int, x assay.Exchange) {
	for _, s := range r {
		if len(s.Token) > size {
			size, x = len(s.Token), s.Exchange
		}
	}
	return size, x
}
