package expect

import (
	"bytes"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/identities"
	"github.com/unified-login/assay/internal/rawjson"
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

// SupportLines are the phones that refusals of several users have in common and that are nobody's known: the numbers of a support line.
// A masked phone is somebody's.
func (k Known) SupportLines(refusals []assay.Exchange) map[string]bool {
	whose, lines := map[string]user{}, map[string]bool{}
	for _, x := range refusals {
		if x.Code == nil || x.Code.UserID == "" || assay.Holds(x.Response.Envelope().Data("phone")) {
			continue
		}
		body := bytes.TrimPrefix(x.Response.Body, []byte(byteOrderMark))
		walk(body, func(name string, value rawjson.Token) {
			if identities.Named(name) != "phone" || !carries(body, value) {
				return
			}
			number, owner := scalar(body, value), userOf(x.Code)
			first, seen := whose[number]
			switch {
			case !seen:
				whose[number] = owner
			case first != owner && !strings.Contains(number, "*"):
				lines[number] = true
			}
		})
	}
	for _, x := range refusals {
		if x.Code != nil {
			delete(lines, x.Code.Phone)
		}
	}
	for _, facts := range k {
		for _, fact := range facts {
			delete(lines, fact.value)
		}
	}
	return lines
}

// scalar is the text of a string, or of a number.
func scalar(body []byte, value rawjson.Token) string {
	start, end := value.Start, value.End
	if value.Kind == rawjson.String {
		start, end = value.Inside()
	}
	return rawjson.Decode(body[start:end])
}

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
