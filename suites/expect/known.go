package expect

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
)

// Known is what sign-ins gave, by the user of the code.
type Known map[user][]fact

type user struct{ app, channel, id string }

// A fact is a member of data and its value.
type fact struct{ name, value string }

// KnownFrom collects the identities of sign-ins. Values that may occur by chance are left out.
func KnownFrom(signIns []assay.Exchange) Known {
	known := Known{}
	for _, x := range signIns {
		if x.Code == nil {
			continue
		}
		whose := userOf(x.Code)
		for _, name := range []string{"openId", "unionId", "phone", "accessToken"} {
			if value := textOf(x, name); len(value) >= shortestSecret && !slices.Contains(known[whose], fact{name, value}) {
				known[whose] = append(known[whose], fact{name, value})
			}
		}
	}
	return known
}

func userOf(code *assay.Code) user { return user{code.AppID, code.Channel, code.UserID} }

// toldBy names what an answer reveals about the user of the exchange's code, anywhere and in any encoding; "" if
// nothing. It may quote what the request contained.
func (k Known) toldBy(x assay.Exchange) string {
	if x.Code == nil || x.Code.UserID == "" {
		return ""
	}
	facts := k[userOf(x.Code)]
	if len(x.Code.Phone) >= shortestSecret {
		facts = append(facts[:len(facts):len(facts)], fact{"phone", x.Code.Phone})
	}
	if len(facts) == 0 {
		return ""
	}
	const most = 64 << 10 // of an answer; a legal one has a few KiB
	body := string(x.Response.Body)
	body = body[:min(len(body), most)]
	told := append(append(readings(body), jwtParts(body)...), unspaced(body), headerText(x.Response.Header))
	for _, fact := range facts {
		for _, form := range append(encoded(fact.value), fact.value) {
			if strings.Contains(string(x.Request.Body), form) || strings.Contains(x.Request.URL, form) {
				continue
			}
			if slices.ContainsFunc(told, func(reading string) bool { return strings.Contains(reading, form) }) {
				return fact.name
			}
		}
	}
	return ""
}
