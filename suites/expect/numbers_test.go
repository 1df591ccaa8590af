package expect_test

import (
	"fmt"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/suites/expect"
)

// numbered is logins of 8 users, three each, in an order in which no user has the same predecessor twice. member makes what
// the n-th of them says beside the openId; user is the number of its user, and before that of the user of the login before.
func numbered(member func(n, user, before int) string) expect.Record {
	const users, logins = 8, 3
	var exchanges []assay.Exchange
	before := 0
	for round := range logins {
		for i := range users {
			user := i * (2*round + 1) % users
			x := ofUser(fmt.Sprintf("user-%04d", 1000+user), fmt.Sprintf(`{"n":%d}`, len(exchanges)))
			x.ID = fmt.Sprint("x-", len(exchanges))
			x.Response.Body = fmt.Appendf(nil, `{"errcode":"OK","data":{"openId":"o-user-%d",%s}}`, user, member(len(exchanges), user, before))
			before = user
			exchanges = append(exchanges, x)
		}
	}
	return expect.RecordOf(exchanges, "pat")
}

// TestNumbersOfOthers: a number in a numbering of the platform's own belongs to one user, as far as it numbers users.
func TestNumbersOfOthers(t *testing.T) {
	for name, test := range map[string]struct {
		member       func(n, user, before int) string
		slip, behind bool
	}{
		"none":                       {func(int, int, int) string { return `"a":1` }, false, false},
		"its own":                    {func(_, user, _ int) string { return fmt.Sprintf(`"id":%d`, 20+user) }, false, false},
		"its own, inside":            {func(_, user, _ int) string { return fmt.Sprintf(`"user":{"id":"%d"}`, 20+user) }, false, false},
		"a new one":                  {func(n, _, _ int) string { return fmt.Sprintf(`"id":%d`, 20+n) }, false, false},
		"of 9 servers in turn":       {func(n, _, _ int) string { return fmt.Sprintf(`"id":"pod-%d"`, n%9) }, false, false},
		"of 8 servers in turn":       {func(n, _, _ int) string { return fmt.Sprintf(`"id":"pod-%d"`, n%8) }, false, false},
		"of the tenant":              {func(int, int, int) string { return `"id":7` }, false, false},
		"two tenants":                {func(_, user, _ int) string { return fmt.Sprintf(`"id":%d`, 20+user%2) }, false, false},
		"of a company of two":        {func(_, user, _ int) string { return fmt.Sprintf(`"id":%d`, 20+min(user, 6)) }, false, false},
		"another name":               {func(_, _, before int) string { return fmt.Sprintf(`"shard":%d`, 20+before) }, false, false},
		"of the login before":        {func(_, _, before int) string { return fmt.Sprintf(`"uid":%d`, 20+before) }, false, true},
		"of the login before, in it": {func(_, _, before int) string { return fmt.Sprintf(`"account":{"id":%d}`, 20+before) }, false, true},
		"another's once": {func(n, user, before int) string {
			if n == 13 {
				user = before
			}
			return fmt.Sprintf(`"user_id":"%d"`, 20+user)
		}, true, false},
	} {
		record := numbered(test.member)
		pairs, members := record.NumbersOfOthers()
		if (len(pairs) == 1) != test.slip || len(pairs) != len(members) {
			t.Errorf("%s: %d pairs, of %q", name, len(pairs), members)
		}
		if pair, member := record.NumbersBehind(); (len(pair) == 2) != test.behind || (member != "") != test.behind {
			t.Errorf("%s: behind in %q", name, member)
		}
	}
}

// TestAnotherEndpointsUser: what logins said of a user is known of an answer of phone/get.
func TestAnotherEndpointsUser(t *testing.T) {
	logins := expect.RecordOf([]assay.Exchange{ofUser("user-0001", `{}`), ofUser("user-0002", `{}`)}, "pat")
	for owner, holds := range map[string]bool{"o-user-0001": false, "o-user-0002": true, "o-user-0009": true} {
		x := ofUser("user-0002", `{"n":2}`)
		x.Endpoint, x.Code.Kind = assay.Phone, assay.Phone
		x.Response.Body = fmt.Appendf(nil, `{"errcode":"OK","data":{"phone":"13300000002","owner":"%s"}}`, owner)
		record := expect.RecordOf([]assay.Exchange{x}, "pat")
		if actual, ok := expect.NameOneUser(record, logins).Judge(x); ok != holds {
			t.Errorf("%s: %v, %s", owner, ok, actual)
		}
	}
}
