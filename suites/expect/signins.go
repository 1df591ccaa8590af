package expect

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/jwt"
	"github.com/unified-login/assay/internal/rawjson"
)

// A Record is every sign-in of a run, as what each said of which user.
type Record []SignedInAs

// A SignedInAs is one sign-in: what was answered about which user, mini-program and endpoint, by which API server.
type SignedInAs struct {
	assay.Exchange
	// Own is set where a documented request redeemed a code of the run's own making for the first time, so that the answer
	// has to be the user's. Whom an altered request, a replay or a code of the host app signs in is judged by another requirement.
	Own bool
	// Raced is set where other exchanges were under way on purpose.
	Raced bool
	// Near is set where the user was made to be mistaken for another.
	Near bool
	// Shared is set where another user of the run has the phone.
	Shared bool
	// Token is the accessToken; empty for a login without one.
	Token string

	opened   jwt.Token
	isJWT    bool
	subject  string // see Subject
	envelope assay.Envelope
}

// RecordOf makes the record of a run's exchanges, in their order. pat is the valid one. Codes that are not of a host app
// were all issued on one platform.
func RecordOf(exchanges []assay.Exchange, pat string) Record {
	var record Record
	used, near := map[string]bool{}, map[string]bool{}
	holders := map[string]map[string]bool{} // user ids by phone
	for _, x := range exchanges {
		if x.Code == nil {
			continue
		}
		if nearOnPurpose(x.Requirement) {
			near[x.Code.UserID] = true
		}
		if x.Code.Phone != "" {
			if holders[x.Code.Phone] == nil {
				holders[x.Code.Phone] = map[string]bool{}
			}
			holders[x.Code.Phone][x.Code.UserID] = true
		}
	}
	for _, x := range exchanges {
		if x.Response == nil || x.Failed() || !Identified(x) {
			continue
		}
		s := SignedInAs{Exchange: x, Raced: raced(x.Requirement), Token: AccessToken(x), envelope: x.Response.Envelope()}
		s.subject = s.Token
		if s.opened, s.isJWT = jwt.Read([]byte(s.Token)); s.isJWT {
			s.subject = s.opened.Subject()
		}
		if x.Code != nil {
			s.Own = !used[x.Code.Code] && Documented(x, pat) && !strings.HasPrefix(x.Requirement, "host.")
			s.Near, s.Shared = near[x.Code.UserID], len(holders[x.Code.Phone]) > 1
			used[x.Code.Code] = true
		}
		record = append(record, s)
	}
	return record
}

// nearOnPurpose reports whether a requirement signs in users that are easily mistaken for each other.
func nearOnPurpose(requirement string) bool {
	return requirement == "login.user-exact" || requirement == "login.openid-distinct"
}

func raced(requirement string) bool {
	return requirement == "code.single-use-race" || strings.HasPrefix(requirement, "concurrency.")
}

// Documented reports whether the request is the documented one for the exchange's code, with nothing altered.
func Documented(x assay.Exchange, pat string) bool {
	request, code := x.Request, x.Code
	if code.UserID == "" || code.Kind != x.Endpoint || request.Method != http.MethodPost || request.Header.Get("Authorization") != "Bearer "+pat {
		return false
	}
	for name := range request.Header {
		if !slices.Contains([]string{"Authorization", "Content-Type", "User-Agent", "Content-Length"}, name) {
			return false
		}
	}
	address, err := url.Parse(request.URL)
	if err != nil || address.RawQuery != "" || !strings.HasSuffix(address.Path, x.Endpoint.Path()) {
		return false
	}
	body, whole := assay.ReadEnvelope(request.Body), true
	for name, want := range map[string]string{"appId": code.AppID, "code": code.Code} {
		text, isText := assay.Text(body.Member(name))
		whole = whole && isText && text == want
	}
	values := 0
	walk(request.Body, func(string, rawjson.Token) { values++ })
	return whole && values == 3 // the object and two members
}

// A group is the sign-ins of which something has to be the same.
type group struct{ user, app, channel string }

func (s SignedInAs) group() group { return group{s.Code.UserID, s.Code.AppID, s.Code.Channel} }

// Judged lists the sign-ins that have to be their code's own user's.
func (r Record) Judged() Record {
	return r.only(func(s SignedInAs) bool { return s.Own })
}

// Alone lists those that were not part of a race, whose mixtures are judged by concurrency.no-crosstalk.
func (r Record) Alone() Record {
	return r.only(func(s SignedInAs) bool { return !s.Raced })
}

// First lists the first sign-in of each user: the one that was answered before any other of the user was sent. Where two were
// under way at once, neither is listed.
func (r Record) First() Record {
	groups := map[group]Record{}
	for _, s := range r {
		if s.Code != nil {
			groups[s.group()] = append(groups[s.group()], s)
		}
	}
	return r.only(func(s SignedInAs) bool {
		return s.Code != nil && !slices.ContainsFunc(groups[s.group()], func(other SignedInAs) bool {
			return other.ID != s.ID && other.Sent.Before(s.Sent.Add(s.Took))
		})
	})
}

// Successes lists those with a status of 2xx: the contents of a refusal are judged by envelope.no-identity.
func (r Record) Successes() Record {
	return r.only(func(s SignedInAs) bool { return s.Response.Status/100 == 2 })
}

func (r Record) only(keep func(SignedInAs) bool) Record {
	return slices.DeleteFunc(slices.Clone(r), func(s SignedInAs) bool { return !keep(s) })
}

// Exchanges lists the exchanges of the record.
func (r Record) Exchanges() []assay.Exchange {
	exchanges := make([]assay.Exchange, len(r))
	for i, s := range r {
		exchanges[i] = s.Exchange
	}
	return exchanges
}

// Of lists the sign-ins that were made for a requirement.
func (r Record) Of(requirement string) Record {
	return r.only(func(s SignedInAs) bool { return s.Requirement == requirement })
}

// Users counts the users of the record.
func (r Record) Users() int {
	users := map[string]bool{}
	for _, s := range r {
		if s.Code != nil {
			users[s.Code.UserID] = true
		}
	}
	return len(users)
}

// Tokens lists the sign-ins with an accessToken; jwts is how many of them are JWTs.
func (r Record) Tokens() (with Record, jwts int) {
	with = r.only(func(s SignedInAs) bool { return s.Token != "" })
	for _, s := range with {
		if s.isJWT {
			jwts++
		}
	}
	return with, jwts
}

// Unstable lists the sign-ins whose identity differs from that of most sign-ins of the same user, mini-program and channel,
// each behind one of those.
func (r Record) Unstable() [][2]assay.Exchange { return r.unstable(IdentityOf) }

// UnstableUnions lists the sign-ins whose unionId differs in the same way. A sign-in without one is left out.
func (r Record) UnstableUnions() [][2]assay.Exchange {
	return r.only(func(s SignedInAs) bool { return UnionID(s.Exchange) != "" }).unstable(UnionID)
}

func (r Record) unstable(given func(assay.Exchange) string) [][2]assay.Exchange {
	most := map[group]string{}
	votes := map[group]map[string]int{}
	holder := map[group]map[string]assay.Exchange{}
	for _, s := range r {
		g, identity := s.group(), given(s.Exchange)
		if votes[g] == nil {
			votes[g], holder[g] = map[string]int{}, map[string]assay.Exchange{}
		}
		votes[g][identity]++
		if _, known := holder[g][identity]; !known {
			holder[g][identity] = s.Exchange
		}
		if best := most[g]; best == "" || votes[g][identity] > votes[g][best] {
			most[g] = identity
		}
	}
	var odd [][2]assay.Exchange
	for _, s := range r {
		g := s.group()
		if identity := given(s.Exchange); identity != most[g] {
			odd = append(odd, [2]assay.Exchange{holder[g][most[g]], s.Exchange})
		}
	}
	return odd
}
