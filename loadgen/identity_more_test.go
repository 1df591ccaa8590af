//go:build !race

package loadgen_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/transcript"
)

// A phone answer needs no other member. Those that it has are compared on every one: the target's own count is the report's.
func TestPhoneAnswersAreComparedWhole(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		put   func(user int) map[string]any
		wrong bool
	}{
		"no other member":        {func(int) map[string]any { return nil }, false},
		"the user's own members": {func(int) map[string]any { return map[string]any{} }, false},
		"another's openId":       {func(user int) map[string]any { return map[string]any{"openId": fmt.Sprint("open-", user+1)} }, true},
		"nobody's openId":        {func(int) map[string]any { return map[string]any{"openId": "somebody"} }, true},
		"a number for an openId": {func(int) map[string]any { return map[string]any{"openId": 7} }, true},
		"another's unionId":      {func(user int) map[string]any { return map[string]any{"unionId": fmt.Sprint("union-", user+1)} }, true},
		"another's token": {func(user int) map[string]any {
			return map[string]any{"accessToken": tokenOf(fmt.Sprint("account-", user+1))}
		}, true},
		"another channel":      {func(int) map[string]any { return map[string]any{"channel": "other"} }, true},
		"no channel":           {func(int) map[string]any { return map[string]any{"channel": ""} }, false},
		"empty members":        {func(int) map[string]any { return map[string]any{"openId": 0, "unionId": nil, "accessToken": ""} }, false},
		"another phone's user": {func(user int) map[string]any { return map[string]any{"phone": phoneOf(user + 1)} }, true},
		"another's, and with it": {func(user int) map[string]any {
			return map[string]any{"openId": fmt.Sprint("open-", user), "unionId": "union-0"}
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := &scriptedTarget{change: func(user, n int, data map[string]any) bool {
				if _, isLogin := data["openId"]; isLogin || n == 0 {
					return false
				}
				if also := test.put(user); also != nil { // most answers have the user's own
					data["openId"], data["unionId"], data["accessToken"] = fmt.Sprint("open-", user), fmt.Sprint("union-", user), tokenOf(fmt.Sprint("account-", user))
				}
				if n < 11 || n%3 != 1 || user == 0 || user == 19 {
					return false
				}
				for name, value := range test.put(user) {
					data[name] = value
				}
				return test.wrong
			}}
			report, _ := scripted(t, target, func(c *loadgen.Config) { c.Plan.Mix = loadgen.Mix{Login: 0.5, Phone: 0.5} })
			got := report.Exchanges
			if got.WrongIdentity != int64(target.wrong) || got.Accepted != got.Sent-got.WrongIdentity || test.wrong != (target.wrong > 0) {
				t.Errorf("%d answers were wrong: %+v", target.wrong, got)
			}
		})
	}
}

// Two users with one identity are seen although each signs in once, and the evidence has the exchanges of both.
func TestTwoUsersWithOneIdentity(t *testing.T) {
	t.Parallel()
	for member, of := range map[string]func(user int) any{
		"openId":      func(user int) any { return fmt.Sprint("open-", user) },
		"unionId":     func(user int) any { return fmt.Sprint("union-", user) },
		"accessToken": func(user int) any { return tokenOf(fmt.Sprint("account-", user)) },
	} {
		target := &scriptedTarget{change: func(user, _ int, data map[string]any) bool {
			if user != 200 {
				return false
			}
			data[member] = of(150)
			return true
		}}
		report, records := scripted(t, target, func(c *loadgen.Config) { c.Host = &scriptedHost{once: true} })
		if got := report.Exchanges; got.WrongIdentity != 1 || report.Outcome != benchmark.Incorrect || report.Requirements[0].Verdict != assay.Fail {
			t.Fatalf("%s: %s %+v", member, report.Outcome, got)
		}
		var users []string
		for _, id := range []string{report.Errors[0].Exchanges[0], report.Errors[0].Contradicts[0]} {
			i := slices.IndexFunc(records, func(r transcript.Record) bool { return r.ID == id })
			users = append(users, records[i].Code.UserID)
		}
		if !slices.Equal(users, []string{"user-200", "user-150"}) {
			t.Errorf("%s: the evidence is of %v", member, users)
		}
	}
}

// Where every user signs in once and all are right, nothing was compared between two answers of a user: nothing is proven.
func TestNothingComparedProvesNothing(t *testing.T) {
	t.Parallel()
	target := &scriptedTarget{change: func(int, int, map[string]any) bool { return false }}
	report, _ := scripted(t, target, func(c *loadgen.Config) {
		c.Host, c.Plan.Mix = &scriptedHost{once: true}, loadgen.Mix{Login: 0.5, Phone: 0.5}
	})
	identity := report.Requirements[0]
	if report.Outcome == benchmark.Incorrect || identity.Verdict != assay.Untested || !strings.Contains(identity.Reason.String(), "no user's openId, unionId and accessToken was seen in two answers") {
		t.Errorf("%s; %s: %s", report.Outcome, identity.Verdict, identity.Reason)
	}
}

// A short run has fewer users than it may have, so that every one signs in several times, and says how many.
func TestAShortRunReusesItsUsers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ users, want, most int }{{1000, 100, 1000}, {100, 100, 0}, {30, 30, 0}} {
		target := &scriptedTarget{change: func(int, int, map[string]any) bool { return false }}
		report, _ := scripted(t, target, func(c *loadgen.Config) { c.Plan.Users = test.users })
		if plan := report.Plan; plan.Users != test.want || plan.MaxUsers != test.most || len(target.logins) != test.want || report.Exchanges.Uncompared > 0 {
			t.Errorf("--users %d: %d users of %d, %d signed in, %d uncompared", test.users, plan.Users, plan.MaxUsers, len(target.logins), report.Exchanges.Uncompared)
		}
		if identity := report.Requirements[0]; identity.Verdict != assay.Pass {
			t.Errorf("--users %d: %s: %s", test.users, identity.Verdict, identity.Reason)
		}
	}
	config := loadgen.Config{Target: assay.Target{APIServers: []string{"http://127.0.0.1:1"}, Apps: []string{"fc1"}}}
	for _, test := range []struct {
		plan loadgen.Plan
		want int
	}{
		{loadgen.Plan{Rate: 20, Duration: 5 * time.Second, WarmUp: 5 * time.Second}, 43},
		{loadgen.Plan{Rate: 20, Duration: 5 * time.Second, Mix: loadgen.Mix{Phone: 1}}, 25},
		{loadgen.Plan{Rate: 1, Duration: 5 * time.Second}, 8},
		{loadgen.Plan{Rate: 500, Duration: 30 * time.Second}, 1000},
		{loadgen.Plan{Closed: true, Duration: 5 * time.Second}, 1000},
	} {
		config.Plan = test.plan
		report, err := loadgen.Begin(config)
		if err != nil || report.Plan.Users != test.want {
			t.Errorf("%+v: %d users, %v", test.plan, report.Plan.Users, err)
		}
	}
}
