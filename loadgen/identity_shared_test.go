//go:build !race

package loadgen_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/transcript"
)

// Identities that are wrong although no answer contradicts those of its own user: the target's own count is the report's, and the
// evidence has every wrong exchange beside one of the other user.
func TestIdentitiesOfOthersThatStay(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(user, n int, data map[string]any) bool{
		"a token that was given to another user": tokensGivenAgain(),
		"always another user's id for an openId": func(user, _ int, data map[string]any) bool {
			data["openId"] = fmt.Sprint("user-", user^1)
			return true
		},
		"always another user's id for a subject": func(user, _ int, data map[string]any) bool {
			data["accessToken"] = tokenOf(fmt.Sprint("user-", user^1))
			return true
		},
		"one unionId for two users": func(user, _ int, data map[string]any) bool {
			data["unionId"] = fmt.Sprint("union-", user&^1)
			return user%2 == 1
		},
		"one subject for two users": func(user, _ int, data map[string]any) bool {
			data["accessToken"] = tokenOf(fmt.Sprint("account-", user&^1))
			return user%2 == 1
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := &scriptedTarget{change: change}
			report, records := scripted(t, target, nil)
			got := report.Exchanges
			if target.wrong == 0 || got.WrongIdentity != int64(target.wrong) || got.Accepted != got.Sent-got.WrongIdentity || report.Outcome != benchmark.Incorrect {
				t.Fatalf("%d answers were wrong: %s %+v", target.wrong, report.Outcome, got)
			}
			if contradiction := report.Contradiction(); !contradiction.IsZero() {
				t.Error(contradiction)
			}
			besideOthers(t, report, records)
		})
	}
}

// tokensGivenAgain gives every answer a token of its own, and one of five that of an answer to another user.
func tokensGivenAgain() func(user, n int, data map[string]any) bool {
	var given []string
	answers := 0
	return func(user, n int, data map[string]any) bool {
		answers++
		token, again := fmt.Sprintf("opaque-%d-%d", user, n), answers%5 == 0
		if again {
			token = given[len(given)-3]
		}
		data["accessToken"] = token
		given = append(given, token)
		return again
	}
}

// besideOthers checks that the evidence of every kind of error has pairs of exchanges of two users.
func besideOthers(t *testing.T, report benchmark.Report, records []transcript.Record) {
	t.Helper()
	users := map[string]string{}
	for _, record := range records {
		users[record.ID] = record.Code.UserID
	}
	for _, kind := range report.Errors {
		if len(kind.Exchanges) == 0 || len(kind.Contradicts) != len(kind.Exchanges) {
			t.Errorf("the evidence is %+v", kind)
		}
		for i, id := range kind.Exchanges {
			if wrong, other := users[id], users[kind.Contradicts[i]]; wrong == "" || other == "" || wrong == other {
				t.Errorf("%s of %q contradicts %s of %q", id, wrong, kind.Contradicts[i], other)
			}
		}
	}
}

// What users may share, they share without an accusation.
func TestIdentitiesThatUsersMayShare(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(user, n int, data map[string]any){
		"a unionId of the channel":   func(_, _ int, data map[string]any) { data["unionId"] = "union-of-the-channel" },
		"a unionId of four channels": func(user, _ int, data map[string]any) { data["unionId"] = fmt.Sprint("union-", user%4) },
		"a subject of seven tenants": func(user, _ int, data map[string]any) {
			data["accessToken"] = tokenOf(fmt.Sprint("tenant-", user*user%7))
		},
		"a token of the app": func(_, _ int, data map[string]any) { data["accessToken"] = "opaque" },
		"a token, renewed":   func(_, n int, data map[string]any) { data["accessToken"] = fmt.Sprint("opaque-", n) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := &scriptedTarget{change: func(user, n int, data map[string]any) bool { change(user, n, data); return false }}
			report, _ := scripted(t, target, nil)
			if identity := report.Requirements[0]; report.Exchanges.WrongIdentity > 0 || identity.Verdict != assay.Pass {
				t.Errorf("%s: %s: %+v", identity.Verdict, identity.Reason, report.Exchanges)
			}
		})
	}
}

// Every copy of an identity that an answer shows is compared, wherever it is. The user's own may be anywhere.
func TestIdentitiesElsewhereInAnAnswer(t *testing.T) {
	t.Parallel()
	id := func(user int) string { return fmt.Sprintf("2279547539%06d", user) }
	for name, show := range map[string]func(other int, header http.Header, body map[string]any){
		"top level": func(other int, _ http.Header, body map[string]any) { body["openId"] = id(other) },
		"inside another member": func(other int, _ http.Header, body map[string]any) {
			body["previous"] = map[string]any{"data": map[string]any{"openId": id(other)}}
		},
		"a list in data": func(other int, _ http.Header, body map[string]any) {
			body["data"].(map[string]any)["accounts"] = []any{id(other)}
		},
		"an address": func(other int, _ http.Header, body map[string]any) {
			body["next"] = "https://app.example/welcome?user=" + id(other)
		},
		"a cookie": func(other int, header http.Header, _ map[string]any) {
			header.Set("Set-Cookie", "session="+id(other)+"; Path=/")
		},
		"a header field":    func(other int, header http.Header, _ map[string]any) { header.Set("X-User", id(other)) },
		"an injected phone": func(other int, header http.Header, _ map[string]any) { header.Set("X-User", phoneOf(other)) },
		"a unionId":         func(other int, _ http.Header, body map[string]any) { body["result"] = fmt.Sprint("union-", 1000+other) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := &scriptedTarget{
				change: func(user, _ int, data map[string]any) bool {
					data["openId"], data["unionId"] = id(user), fmt.Sprint("union-", 1000+user)
					return false
				},
				dress: func(user, n int, header http.Header, body map[string]any) bool {
					wrong := n > 5 && (n+user)%7 == 0
					show(map[bool]int{true: (user + 1) % 20, false: user}[wrong], header, body)
					return wrong
				}}
			report, records := scripted(t, target, nil)
			got := report.Exchanges
			if target.wrong == 0 || got.WrongIdentity != int64(target.wrong) || got.Accepted != got.Sent-got.WrongIdentity {
				t.Fatalf("%d answers were wrong: %+v", target.wrong, got)
			}
			for _, kind := range report.Errors {
				if len(kind.Exchanges) == 0 || len(kind.Exchanges) != len(kind.Contradicts) || len(records) == 0 {
					t.Errorf("the evidence is %+v", kind)
				}
			}
		})
	}
}

// A phone answer needs no member but the phone: what it has elsewhere is compared all the same.
func TestIdentitiesElsewhereInAPhoneAnswer(t *testing.T) {
	t.Parallel()
	for name, show := range map[string]func(other int, header http.Header, body map[string]any){
		"beside data": func(other int, _ http.Header, body map[string]any) {
			body["debug"] = map[string]any{"mobile": phoneOf(other)}
		},
		"inside data": func(other int, _ http.Header, body map[string]any) {
			body["data"].(map[string]any)["mobile"] = phoneOf(other)
		},
		"a cookie":       func(other int, header http.Header, _ map[string]any) { header.Set("Set-Cookie", "who="+phoneOf(other)) },
		"a header field": func(other int, header http.Header, _ map[string]any) { header.Set("X-User", phoneOf(other)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := &scriptedTarget{
				change: func(int, int, map[string]any) bool { return false },
				dress: func(user, n int, header http.Header, body map[string]any) bool {
					wrong := n > 5 && (n+user)%7 == 0
					show(map[bool]int{true: (user + 1) % 20, false: user}[wrong], header, body)
					return wrong
				}}
			report, _ := scripted(t, target, func(c *loadgen.Config) { c.Plan.Mix = loadgen.Mix{Phone: 1} })
			if got := report.Exchanges; target.wrong == 0 || got.WrongIdentity != int64(target.wrong) || got.Accepted != got.Sent-got.WrongIdentity {
				t.Fatalf("%d answers were wrong: %+v", target.wrong, got)
			}
		})
	}
}

// What the whole run shows to be wrong is counted in the warm-up as well.
func TestIdentitiesOfOthersInAWarmUp(t *testing.T) {
	t.Parallel()
	target := &scriptedTarget{change: func(user, _ int, data map[string]any) bool {
		data["unionId"] = fmt.Sprint("union-", user&^1)
		return user%2 == 1
	}}
	report, _ := scripted(t, target, func(c *loadgen.Config) { c.Plan.WarmUp = c.Plan.Duration })
	warm := report.WarmUp.Exchanges
	if got := report.Everything(); got.WrongIdentity != int64(target.wrong) || warm.WrongIdentity == 0 || report.Exchanges.WrongIdentity == 0 {
		t.Errorf("%d answers were wrong: %+v and in the warm-up %+v", target.wrong, report.Exchanges, warm)
	}
	if contradiction := report.Contradiction(); !contradiction.IsZero() {
		t.Error(contradiction)
	}
}
