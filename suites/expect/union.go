package expect

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/unified-login/assay"
)

// GiveOneUnionID holds when all exchanges that gave a unionId gave the same.
func GiveOneUnionID() Matcher {
	return Matcher{Expected: "one unionId for one user", judge: func(exchanges []assay.Exchange) (string, bool) {
		first := ""
		for _, x := range exchanges {
			switch given := UnionID(x); {
			case given == "" || given == first:
			case first == "":
				first = given
			default:
				return fmt.Sprintf("unionId %q and unionId %q", shown([]byte(first)), shown([]byte(given))), false
			}
		}
		return "", true
	}}
}

// GiveDistinctUnionIDs holds when no two of the exchanges gave the same unionId.
func GiveDistinctUnionIDs() Matcher {
	return Matcher{Expected: "different unionIds for different users", judge: func(exchanges []assay.Exchange) (string, bool) {
		holder := map[string]string{}
		for _, x := range exchanges {
			given := UnionID(x)
			if other, taken := holder[given]; taken && given != "" {
				return fmt.Sprintf("unionId %q for two users (%s and %s)", shown([]byte(given)), other, x.ID), false
			}
			holder[given] = x.ID
		}
		return "", true
	}}
}

// GiveOneUser holds when all exchanges gave the same unionId and the same token subject.
func GiveOneUser() Matcher {
	return Matcher{Expected: "the unionId and the token subject of the code's own user", judge: func(exchanges []assay.Exchange) (string, bool) {
		for _, x := range exchanges {
			if UnionID(x) != UnionID(exchanges[0]) {
				return "another unionId", false
			}
			if subject(x) != subject(exchanges[0]) {
				return "another token subject", false
			}
		}
		return "", true
	}}
}

// subject is the claim sub of the accessToken; "" if the token has none or is opaque.
func subject(x assay.Exchange) string {
	parts := strings.Split(AccessToken(x), ".")
	if len(parts) != 3 {
		return ""
	}
	raw, _ := base64.RawURLEncoding.DecodeString(parts[1]) // what can be read of it
	var claims map[string]json.RawMessage
	_ = json.Unmarshal(raw, &claims)
	text, _ := assay.Text(claims["sub"])
	return text
}
