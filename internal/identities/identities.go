// Package identities says where an answer names a user outside of the contract's place.
package identities

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Named returns the contract's name of the member that some client takes a name for: many match names without case, and many
// platforms write them with _ or -. It is "" for any other name.
func Named(name string) string {
	plain := strings.NewReplacer("_", "", "-", "").Replace(name)
	known := [...]string{"openId", "unionId", "phone", "accessToken"}
	if i := slices.IndexFunc(known[:], func(k string) bool { return strings.EqualFold(k, plain) }); i >= 0 {
		return known[i]
	}
	return ""
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
