package benchmark

import (
	"strings"
	"testing"

	"github.com/unified-login/assay"
)

// verdictOn is what a report says of a requirement.
func verdictOn(report Report, id string) (assay.Verdict, string) {
	for _, requirement := range Conclude(report).Requirements {
		if requirement.ID == id {
			return requirement.Verdict, requirement.Reason.String()
		}
	}
	return "", ""
}

// load.identity passes only where enough was compared, and of every member something.
func TestIdentityTakesComparisons(t *testing.T) {
	compared := func(of ...int64) (all []Compared) {
		for i, member := range []string{"openId", "unionId", "accessToken", "phone"} {
			all = append(all, Compared{Member: member, Answers: 100, Compared: of[i]})
		}
		return all
	}
	for name, test := range map[string]struct {
		exchanges Exchanges
		compared  []Compared
		want      assay.Verdict
		reason    string
	}{
		"all compared":              {Exchanges{Accepted: 100}, compared(100, 100, 100, 100), assay.Pass, "100 accepted exchanges"},
		"some not":                  {Exchanges{Accepted: 100, Uncompared: 50}, compared(50, 50, 50, 100), assay.Pass, "50 more had nothing to compare"},
		"none":                      {Exchanges{Accepted: 100, Uncompared: 100}, compared(0, 0, 0, 0), assay.Untested, "fewer --users"},
		"logins not, but phones":    {Exchanges{Accepted: 100, Uncompared: 80}, compared(0, 0, 0, 20), assay.Untested, "no user's openId, unionId and accessToken was seen in two answers"},
		"one member not":            {Exchanges{Accepted: 100, Uncompared: 5}, compared(95, 0, 95, 20), assay.Untested, "no user's unionId was seen in two answers, so there was nothing to compare it with; use fewer --users, such as 25"},
		"most not":                  {Exchanges{Accepted: 100, Uncompared: 51}, compared(49, 49, 49, 0)[:3], assay.Untested, "51 of 100 accepted exchanges"},
		"too few":                   {Exchanges{Accepted: 28}, compared(28, 28, 28, 28), assay.Untested, "28 exchanges were compared, which are too few to tell: it takes 29"},
		"just enough":               {Exchanges{Accepted: 29}, compared(28, 28, 28, 28), assay.Pass, "29 accepted"},
		"none compared, and wrong":  {Exchanges{Accepted: 99, WrongIdentity: 1, Uncompared: 99}, compared(0, 0, 0, 0), assay.Fail, "somebody else's"},
		"a member that none had":    {Exchanges{Accepted: 100}, []Compared{{Member: "unionId"}, {Member: "phone", Answers: 100, Compared: 100}}, assay.Pass, "100 accepted"},
		"an older report says none": {Exchanges{Accepted: 100}, nil, assay.Pass, "100 accepted"},
	} {
		report := ran()
		report.Exchanges, report.Compared, report.WarmUp = test.exchanges, test.compared, nil
		report.Exchanges.Sent = 100
		if got, reason := verdictOn(report, loadIdentity); got != test.want || !strings.Contains(reason, test.reason) {
			t.Errorf("%s: %s, %s", name, got, reason)
		}
	}
}

// load.single-use passes by what was measured, not by a race or two in the warm-up.
func TestSingleUseTakesReplays(t *testing.T) {
	for name, test := range map[string]struct {
		measured, warmUp Exchanges
		want             assay.Verdict
		reason           string
	}{
		"enough":                {Exchanges{ReplaysSent: 30, ReplaysRefused: 29}, Exchanges{}, assay.Pass, "29 of 30"},
		"one too few":           {Exchanges{ReplaysSent: 28, ReplaysRefused: 28}, Exchanges{ReplaysSent: 9, ReplaysRefused: 9}, assay.Untested, "28 codes were sent again and refused, which are too few to tell: it takes 29"},
		"only in the warm-up":   {Exchanges{}, Exchanges{ReplaysSent: 500, ReplaysRefused: 500}, assay.Untested, "0 codes"},
		"broken in the warm-up": {Exchanges{ReplaysSent: 90, ReplaysRefused: 90}, Exchanges{DoubleRedeemed: 1, ReplaysSent: 1}, assay.Fail, "1 of them in the warm-up"},
		"none":                  {Exchanges{}, Exchanges{}, assay.Untested, "add replay and race to --mix"},
		"none yet":              {Exchanges{}, Exchanges{}, assay.Untested, "0 codes were sent again and refused"},
		"none decided":          {Exchanges{ReplaysSent: 90}, Exchanges{}, assay.Untested, "conclusive"},
	} {
		report := ran()
		report.Exchanges, report.WarmUp = test.measured, &WarmUp{Exchanges: test.warmUp}
		report.Exchanges.Sent, report.WarmUp.Exchanges.Sent = 1000, 1000
		if name == "none" {
			report.Plan.Mix = map[string]float64{"login": 1}
		}
		if got, reason := verdictOn(report, loadSingleUse); got != test.want || !strings.Contains(reason, test.reason) {
			t.Errorf("%s: %s, %s", name, got, reason)
		}
	}
}

// load.single-use passes only if every endpoint of the run and of the declared profiles refused a code the second time.
func TestSingleUseIsTriedAtEveryEndpoint(t *testing.T) {
	refused, accepted := Exchanges{Sent: 40, ReplaysSent: 40, ReplaysRefused: 40}, Exchanges{Sent: 9, Accepted: 9}
	const phone = "no code was sent to phone again"
	for name, test := range map[string]struct {
		profiles     []string
		login, phone Exchanges
		want         assay.Verdict
		reason       string
	}{
		"both":                           {[]string{assay.ProfileLogin, assay.ProfilePhone}, refused, refused, assay.Pass, "80 of 80"},
		"the phone is declared":          {[]string{assay.ProfileLogin, assay.ProfilePhone}, refused, Exchanges{}, assay.Untested, phone},
		"the phone is used":              {nil, refused, accepted, assay.Untested, phone},
		"nothing is known of the phone":  {nil, refused, Exchanges{Sent: 9, Accepted: 8, ReplaysSent: 1}, assay.Untested, phone},
		"the login is declared":          {[]string{assay.ProfileLogin, assay.ProfilePhone}, Exchanges{}, refused, assay.Untested, "to login again"},
		"the login alone":                {[]string{assay.ProfileLogin, assay.ProfileHost}, refused, Exchanges{}, assay.Pass, "40 of 40"},
		"an older report has no profile": {nil, refused, Exchanges{}, assay.Pass, "40 of 40"},
	} {
		report := ran()
		report.Target.Profiles, report.WarmUp = test.profiles, nil
		report.Exchanges = Exchanges{Sent: 80, ReplaysSent: test.login.ReplaysSent + test.phone.ReplaysSent,
			ReplaysRefused: test.login.ReplaysRefused + test.phone.ReplaysRefused}
		report.ByEndpoint = []EndpointFigures{{Endpoint: assay.Login, Exchanges: test.login}, {Endpoint: assay.Phone, Exchanges: test.phone}}
		if got, reason := verdictOn(report, loadSingleUse); got != test.want || !strings.Contains(reason, test.reason) {
			t.Errorf("%s: %s, %s", name, got, reason)
		}
	}
}

// The level that applies by default violates load.slo as well: the summary does not say that no level is declared.
func TestTheDefaultLevelViolatesLoadSLO(t *testing.T) {
	report := ran()
	report.SLO, report.Exchanges.Refused = nil, 30_000
	if got, reason := verdictOn(report, loadSLO); got != assay.Fail || !strings.Contains(reason, "errors<1% does not hold") {
		t.Errorf("%s, %s", got, reason)
	}
}

// Levels that a closed loop can decide, as those on errors, hold on no schedule.
func TestAClosedLoopJudgesNoLoadSLO(t *testing.T) {
	for _, declared := range []float64{0, 100} {
		report := ran()
		report.SLO, report.Plan.Shape, report.Plan.DeclaredRate = levels("errors<1%"), Closed, declared
		if got, reason := verdictOn(report, loadSLO); got != assay.Untested || reason == "" {
			t.Errorf("declared rate %g: %s, %s", declared, got, reason)
		}
	}
}

// A share of errors is known only by enough samples, as a percentile is; a violated one by any number.
func TestErrorsTakeSamples(t *testing.T) {
	for _, test := range []struct {
		level        string
		sent, failed int64
		want         LevelVerdict
		needs        int
	}{
		{"errors<1%", 20, 0, NotKnown, 299},
		{"errors<1%", 298, 2, NotKnown, 299},
		{"errors<1%", 298, 3, DoesNotHold, 299},
		{"errors<1%", 299, 2, Holds, 0},
		{"errors<50%", 5, 0, Holds, 0},
		{"errors<50%", 4, 0, NotKnown, 5},
		{"errors<0.1%", 2994, 0, NotKnown, 2995},
		{"errors<=0", 20, 0, Holds, 0},
		{"errors<=0", 20, 1, DoesNotHold, 0},
		{"login.errors<1%", 298, 0, NotKnown, 299},
	} {
		report := ran()
		report.SLO = levels(test.level)
		report.Exchanges = Exchanges{Sent: test.sent, Accepted: test.sent - test.failed, Faults: test.failed}
		report.ByEndpoint = []EndpointFigures{{Endpoint: assay.Login, Exchanges: report.Exchanges}}
		got := Conclude(report).SLO[0]
		if got.Verdict != test.want || test.needs > 0 && got.Needs != test.needs || test.want == NotKnown && !strings.Contains(got.Reason.String(), "too few to judge errors") {
			t.Errorf("%s of %d with %d errors: %s, needs %d: %s", test.level, test.sent, test.failed, got.Verdict, got.Needs, got.Reason)
		}
	}
}
