package expect

import (
	"fmt"

	"github.com/unified-login/assay"
)

// NotSignInAnother holds unless the answer carries an identity other than that of own, which is the first use of the code,
// or another member that identifies one other user of everyone. A refusal without these holds too.
func NotSignInAnother(own assay.Exchange, everyone []assay.Exchange) Matcher {
	same := NotSignInOther(IdentityOf(own))
	return each(same.Expected, func(x assay.Exchange) (string, bool) {
		if actual, ok := same.Judge(x); !ok {
			return actual, false
		}
		for _, member := range personalMembers() {
			if value := member.read(x); value != "" && value != member.read(own) && holders(everyone, member, value) == 1 {
				return fmt.Sprintf("%s of another user: %s", member.name, Summary(x)), false
			}
		}
		return "", true
	})
}

// A personalMember says who signed in, beside the endpoint's own identity.
type personalMember struct {
	name string
	read func(assay.Exchange) string
}

func personalMembers() []personalMember {
	return []personalMember{
		{"the openId", func(x assay.Exchange) string { return textOf(x, "openId") }},
		{"the unionId", UnionID},
		{"the phone", func(x assay.Exchange) string { return textOf(x, "phone") }},
		{"the accessToken", AccessToken},
		{"the subject of the accessToken", subject},
	}
}

// holders counts the users whose sign-ins have a value: a token of the mini-program has many.
func holders(everyone []assay.Exchange, member personalMember, value string) int {
	users := map[string]bool{}
	for _, x := range everyone {
		if x.Code != nil && member.read(x) == value {
			users[x.Code.UserID] = true
		}
	}
	return len(users)
}
