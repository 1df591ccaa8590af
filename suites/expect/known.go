package expect

import (
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
			if value := textOf(x, name); len(value) >= shortestSecret {
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
	told := append(readings(body[:min(len(body), most)]), headerText(x.Response.Header))
	for _, fact := range facts {
		if strings.Contains(string(x.Request.Body), fact.value) || strings.Contains(x.Request.URL, fact.value) {
			continue
		}
		for _, reading := range told {
			if strings.Contains(reading, fact.value) {
				return fact.name
			}
		}
	}
	return ""
}
