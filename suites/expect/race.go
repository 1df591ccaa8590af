package expect

import (
	"fmt"
	"net/http"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// AcceptAtMostOne holds when at most one of the exchanges of one code was accepted. Every answer that carries an
// identity counts as accepted, whatever its status and errcode.
func AcceptAtMostOne() Matcher {
	m := Matcher{Expected: "at most one exchange of one code accepted", Settles: true}
	m.judge = func(exchanges []assay.Exchange) (string, bool) {
		accepted := Accepted(exchanges)
		return fmt.Sprintf("%d of %d simultaneous exchanges of one code gave an identity", accepted, len(exchanges)), accepted <= 1
	}
	return m
}

// Accepted counts the exchanges that a client can sign somebody in with.
func Accepted(exchanges []assay.Exchange) int {
	count := 0
	for _, x := range exchanges {
		if SignedIn(x) {
			count++
		}
	}
	return count
}

// Width is the time between the first and the last exchange of a race.
func Width(race []assay.Exchange) time.Duration {
	if len(race) == 0 {
		return 0
	}
	first, last := race[0].Sent, race[0].Sent
	for _, x := range race {
		if x.Sent.Before(first) {
			first = x.Sent
		}
		if x.Sent.After(last) {
			last = x.Sent
		}
	}
	return last.Sub(first)
}

// Doubt says what the losers of a race leave open: a server error or an answer that was cut off may hide a second
// redemption, and two kinds of refusals show that the losers took two ways. It is zero if all losers were refused alike.
func Doubt(race []assay.Exchange) phrase.Phrase {
	refusals := map[string]bool{}
	for _, x := range race {
		switch outcome := assay.Judge(x); {
		case Identified(x):
		case x.Response == nil || x.Failed():
			return phrase.Say(phrase.DoubtCutOff)
		case x.Response.Status >= 500 && x.Response.Status != http.StatusServiceUnavailable:
			return phrase.Say(phrase.DoubtStatus, x.Response.Status)
		case outcome.Result == assay.Inconclusive:
		default:
			refusals[fmt.Sprint(x.Response.Status, " ", x.Response.Envelope().Errcode())] = true
		}
	}
	if len(refusals) > 1 {
		return phrase.Say(phrase.DoubtRefusals, len(refusals))
	}
	return phrase.Phrase{}
}

// GiveOneIdentity holds when all exchanges that gave an identity gave the same one.
func GiveOneIdentity() Matcher {
	return Matcher{Expected: "one identity for one user", Settles: true, judge: func(exchanges []assay.Exchange) (string, bool) {
		identities := Identities(exchanges)
		return fmt.Sprintf("%d identities: %s", len(identities), quoted(identities)), len(identities) <= 1
	}}
}

// GiveDistinctIdentities holds when no two of the exchanges gave the same identity.
func GiveDistinctIdentities() Matcher {
	return Matcher{Expected: "different identities for different users", judge: func(exchanges []assay.Exchange) (string, bool) {
		holder := map[string]string{}
		for _, x := range exchanges {
			identity := IdentityOf(x)
			if other, taken := holder[identity]; taken && identity != "" {
				return fmt.Sprintf("%s %q for two users (%s and %s)", x.Endpoint.Identity(), shown([]byte(identity)), other, x.ID), false
			}
			holder[identity] = x.ID
		}
		return "", true
	}}
}

// Identities lists the distinct identities that the exchanges gave, in their order.
func Identities(exchanges []assay.Exchange) []string {
	var identities []string
	seen := map[string]bool{}
	for _, x := range exchanges {
		if identity := IdentityOf(x); identity != "" && !seen[identity] {
			seen[identity] = true
			identities = append(identities, identity)
		}
	}
	return identities
}

func quoted(names []string) string {
	const most = 4
	more := ""
	if len(names) > most {
		names, more = names[:most], ", …"
	}
	text := ""
	for i, name := range names {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%q", shown([]byte(name)))
	}
	return text + more
}
