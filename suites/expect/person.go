package expect

import (
	"fmt"
	"strings"

	"github.com/unified-login/assay"
)

// A Person is what the sign-ins of one user agree on: the members that always had the same value.
type Person struct{ members map[string]string }

// PersonOf reads the members that several sign-ins of one user agree on.
func PersonOf(exchanges ...assay.Exchange) Person {
	person := Person{members: map[string]string{}}
	for name, read := range personal() {
		value := read(exchanges[0])
		for _, x := range exchanges[1:] {
			if read(x) != value {
				value = ""
			}
		}
		if value != "" {
			person.members[name] = value
		}
	}
	return person
}

// personal are the members of a login that say who signed in.
func personal() map[string]func(assay.Exchange) string {
	return map[string]func(assay.Exchange) string{
		"openId":                     IdentityOf,
		"unionId":                    UnionID,
		"channel":                    func(x assay.Exchange) string { return textOf(x, "channel") },
		"the subject of accessToken": subject,
	}
}

// differs names the first member, by name, that an answer gives another value than the person's; "" if none.
func (p Person) differs(x assay.Exchange) string {
	for _, name := range []string{"openId", "unionId", "channel", "the subject of accessToken"} {
		if name == "unionId" && wrongUnionID(x) {
			continue
		}
		if own, known := p.members[name]; known && personal()[name](x) != own {
			return name
		}
	}
	return ""
}

// BeWholly holds when everything that the answer says of the user is of one and the same of these persons.
func BeWholly(persons ...Person) Matcher {
	expected := "everything of the second call's user"
	if len(persons) > 1 {
		expected = "everything of one user"
	}
	return each(expected, func(x assay.Exchange) (string, bool) {
		if !Identified(x) {
			return Summary(x), false
		}
		var others []string
		for _, person := range persons {
			differs := person.differs(x)
			if differs == "" {
				return "", true
			}
			others = append(others, differs)
		}
		return fmt.Sprintf("a mixture of two users, or another user: other %s in %s", strings.Join(others, " and other "), Summary(x)), false
	})
}

// GiveDistinctSubjects holds unless two accessTokens name one subject.
func GiveDistinctSubjects() Matcher {
	return Matcher{Expected: "different subjects in the accessTokens of different users", judge: func(exchanges []assay.Exchange) (string, bool) {
		seen := map[string]bool{}
		for _, x := range exchanges {
			sub := subject(x)
			if sub != "" && seen[sub] {
				return fmt.Sprintf("sub %q for two users", shown([]byte(sub))), false
			}
			seen[sub] = true
		}
		return "", true
	}}
}

// AgreeOnUnionID holds when all exchanges gave the same unionId, or all gave none. One that is not a string is judged
// by login.unionid.
func AgreeOnUnionID() Matcher {
	return Matcher{Expected: "one unionId", judge: func(exchanges []assay.Exchange) (string, bool) {
		for _, x := range exchanges {
			if first, this := UnionID(exchanges[0]), UnionID(x); first != this && !wrongUnionID(exchanges[0]) && !wrongUnionID(x) {
				return fmt.Sprintf("unionId %q and unionId %q", shown([]byte(first)), shown([]byte(this))), false
			}
		}
		return "", true
	}}
}

// wrongUnionID reports whether a unionId is there that is neither a string nor null.
func wrongUnionID(x assay.Exchange) bool {
	raw := dataOf(x, "unionId")
	_, isText := assay.Text(raw)
	return !isText && !assay.Empty(raw)
}

// NotGiveChannel holds unless data.channel is that of another user. Any other value is judged by [GiveChannel].
func NotGiveChannel(other string) Matcher {
	return each("not the channel of the user before", func(x assay.Exchange) (string, bool) {
		return fmt.Sprintf("channel %q, of the user before", shown([]byte(other))), textOf(x, "channel") != other
	})
}
