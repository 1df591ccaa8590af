// Package identities says where an answer names a user outside of the contract's place.
package identities

import (
	"net/http"
	"strings"
	"time"
)

// Named returns the contract's name of the member that some client takes a name for: many match names without case, and many
// platforms write them with _ or -. It is "" for any other name.
func Named(name string) string {
	for _, known := range [...]string{"openId", "unionId", "phone", "accessToken"} {
		if written(known, name) {
			return known
		}
	}
	return ""
}

// written reports whether name is the known one but for case, _ and -. It takes no memory: hostile answers have many long names.
func written(known, name string) bool {
	for i := range len(name) {
		switch {
		case name[i] == '_' || name[i] == '-':
		case known == "" || known[0]|' ' != name[i]|' ':
			return false
		default:
			known = known[1:]
		}
	}
	return known == ""
}

// InHeader names a header field or a cookie that has the name of an identity and a value; "" for none. A cookie that is taken back has
// none: sent is when the request was.
func InHeader(header http.Header, sent time.Time) (where, member string) {
	for name, values := range header {
		if member := Named(strings.TrimPrefix(name, "X-")); member != "" && strings.Join(values, "") != "" {
			return "the header field " + name, member
		}
	}
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		gone := cookie.MaxAge < 0 || !cookie.Expires.IsZero() && cookie.Expires.Before(sent)
		if member := Named(cookie.Name); member != "" && cookie.Value != "" && !gone {
			return "the cookie " + cookie.Name, member
		}
	}
	return "", ""
}
