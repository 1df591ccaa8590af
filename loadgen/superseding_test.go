//go:build !race

package loadgen

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/unified-login/assay/reports/benchmark"
)

// A target whose new code ends the older ones of its user, and that does not declare it, is not blamed for the codes that the generator
// kept: the note says what to declare. A target that refuses for any other reason is, whatever its users got in the meantime.
func TestCodesThatNewerOnesEnded(t *testing.T) {
	for name, test := range map[string]struct {
		refuses func(newest bool, since time.Duration, n int) bool
		excused bool
	}{
		"newer ones of the kind end them": {func(bool, time.Duration, int) bool { return false }, true},
		"newer ones end them":             {func(newest bool, _ time.Duration, _ int) bool { return !newest }, true},
		"and a few others":                {func(newest bool, _ time.Duration, n int) bool { return !newest || n == 300 }, true},
		"every fifth":                     {func(_ bool, _ time.Duration, n int) bool { return n%5 == 4 }, false},
		"all":                             {func(bool, time.Duration, int) bool { return true }, false},
		"by chance":                       {func(_ bool, _ time.Duration, n int) bool { return splitMix(uint64(n))%10 == 0 }, false},
		"in the beginning":                {func(_ bool, since time.Duration, _ int) bool { return since < 2*time.Second }, false},
		"for a second":                    {func(_ bool, since time.Duration, _ int) bool { return since > 3*time.Second && since < 4*time.Second }, false},
		"the newest":                      {func(newest bool, _ time.Duration, _ int) bool { return newest }, false},
		"none":                            {func(bool, time.Duration, int) bool { return false }, false},
	} {
		for users, mix := range map[int]Mix{8: {Login: 1}, 40: {Login: 1}, 41: {Login: 0.5, Phone: 0.5}} {
			synctest.Test(t, func(t *testing.T) {
				r := stage{}.open(t, Plan{Rate: 50, Duration: 20 * time.Second, Users: users, Mix: mix})
				defer r.close()
				began, refused := time.Now(), int64(0)
				script := &platformScript{takes: always(time.Millisecond), used: map[string]bool{}}
				script.tooOld = func(code string, n int) bool {
					user, _, _ := strings.Cut(code, "/")
					host := r.config.Host.(*fakeHost)
					newest, _ := host.newest.Load(user)
					kind, _ := host.kind.Load(code)
					ofKind, _ := host.newest.Load(kind.(string) + user)
					refuses := test.refuses(newest == code, time.Since(began), n)
					if name == "newer ones of the kind end them" {
						refuses = ofKind != code
					}
					if !refuses {
						return false
					}
					refused++
					return true
				}
				r.traffic.engine = script.engine(r)
				report := r.concluded()
				got, want := report.Exchanges, refused
				switch {
				case name == "and a few others":
					want = 1
				case test.excused:
					want = 0
				}
				if got.Refused != want || got.Refused+got.Aged != refused || got.Accepted != got.Sent-refused {
					t.Errorf("%s, %d users: %d were refused: %+v", name, users, refused, got)
				}
				advised := strings.Contains(fmt.Sprint(report.Notes), "declare codeSupersedes in the target")
				if advised != test.excused || test.excused && (refused > 60 || report.Outcome != benchmark.Passed) {
					t.Errorf("%s, %d users: %s %v: %v, %d refused", name, users, report.Outcome, report.Reasons, report.Notes, refused)
				}
			})
		}
	}
}

// The replies of a driver take time: codes of two requests that overlap have no order, whichever reply comes first, and the newer code of
// a user ends the older one before the generator gets it.
func TestNewerCodesOfADriverFarAway(t *testing.T) {
	const ms = time.Millisecond
	for name, test := range map[string]struct {
		mix     Mix
		back    [2]time.Duration
		byKind  bool   // a new code ends only the older ones of its kind
		chance  uint64 // of how many of the others one is refused as well; 0 for none
		excused bool
	}{
		"the later request's reply first":  {Mix{Login: 0.5, Phone: 0.5}, [2]time.Duration{20 * ms, ms}, false, 0, true},
		"the other one's":                  {Mix{Login: 0.5, Phone: 0.5}, [2]time.Duration{ms, 20 * ms}, false, 0, true},
		"both late":                        {Mix{Login: 0.5, Phone: 0.5}, [2]time.Duration{60 * ms, 60 * ms}, false, 0, true},
		"both late, by kind":               {Mix{Login: 0.5, Phone: 0.5}, [2]time.Duration{60 * ms, 60 * ms}, true, 0, true},
		"one kind, late":                   {Mix{Login: 1}, [2]time.Duration{80 * ms}, false, 0, true},
		"late, and one in ten of the rest": {Mix{Login: 0.5, Phone: 0.5}, [2]time.Duration{60 * ms, 60 * ms}, false, 10, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{}.open(t, Plan{Rate: 20, Duration: time.Minute, Users: 41, Mix: test.mix})
			defer r.close()
			host, refused := r.config.Host.(*fakeHost), int64(0)
			host.back = test.back
			script := &platformScript{takes: always(20 * ms), used: map[string]bool{}}
			script.tooOld = func(code string, n int) bool {
				owner, _, _ := strings.Cut(code, "/")
				if kind, _ := host.kind.Load(code); test.byKind {
					owner = kind.(string) + owner
				}
				newest, _ := host.newest.Load(owner)
				if newest == code && (test.chance == 0 || splitMix(uint64(n))%test.chance > 0) {
					return false
				}
				refused++
				return true
			}
			r.traffic.engine = script.engine(r)
			report := r.concluded()
			got, advised := report.Exchanges, strings.Contains(fmt.Sprint(report.Notes), "declare codeSupersedes in the target")
			if advised != test.excused || test.excused && (got.Refused > 0 || report.Outcome != benchmark.Passed) || !test.excused && got.Aged > 0 {
				t.Errorf("%s: %s %v: %v, %d refused: %+v", name, report.Outcome, report.Reasons, report.Notes, refused, got)
			}
		})
	}
}

// A target that declares that new codes end older ones is not blamed for the code of a user who got a newer one meanwhile, as happens where
// the driver chooses the users by chance, but for all others.
func TestNewerCodesDuringAnExchange(t *testing.T) {
	for name, chance := range map[string]uint64{"only these": 0, "and one in ten of the rest": 10} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{supersedes: true}.open(t, Plan{Rate: 50, Duration: time.Minute, Users: 60, Mix: Mix{Login: 0.5, Phone: 0.5}})
			defer r.close()
			host, ended, others := r.config.Host.(*fakeHost), int64(0), int64(0)
			host.chance = true
			script := &platformScript{takes: always(time.Millisecond), way: 200 * time.Millisecond, used: map[string]bool{}}
			script.tooOld = func(code string, n int) bool {
				owner, _, _ := strings.Cut(code, "/")
				newest, _ := host.newest.Load(owner)
				switch {
				case newest != code:
					ended++
				case chance > 0 && splitMix(uint64(n))%chance == 0:
					others++
				default:
					return false
				}
				return true
			}
			r.traffic.engine = script.engine(r)
			report := r.concluded()
			got, said := report.Exchanges, fmt.Sprint(report.Notes)
			if ended == 0 || got.Refused+got.Aged != ended+others || got.Aged < ended || got.Aged > ended+others/2 || got.Refused > 0 != (chance > 0) ||
				strings.Contains(said, "declare codeSupersedes") || !strings.Contains(said, "newer ones at about the same time") {
				t.Errorf("%s: %s %v: %d ended, %d others: %+v, %s", name, report.Outcome, report.Reasons, ended, others, got, said)
			}
		})
	}
}

// Of the refusals during a request for codes, only those of codes that the request may have ended are excused: not those of users who
// got no code by it.
func TestOtherRefusalsWhileCodesAreMinted(t *testing.T) {
	const ms = time.Millisecond
	for name, test := range map[string]struct {
		declared, byKind bool
		users            int
	}{
		"declared":            {true, false, 60},
		"not declared":        {false, false, 60},
		"not declared, kinds": {false, true, 60},
		"of many users":       {false, false, 600},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := stage{supersedes: test.declared}.open(t, Plan{Rate: 30, Duration: 2 * time.Minute, Users: test.users, Mix: Mix{Login: 0.5, Phone: 0.5}})
			defer r.close()
			host, ended, others := r.config.Host.(*fakeHost), int64(0), int64(0)
			host.back = [2]time.Duration{100 * ms, 100 * ms}
			script := &platformScript{takes: always(20 * ms), used: map[string]bool{}}
			script.tooOld = func(code string, n int) bool {
				owner, _, _ := strings.Cut(code, "/")
				if kind, _ := host.kind.Load(code); test.byKind {
					owner = kind.(string) + owner
				}
				switch newest, _ := host.newest.Load(owner); {
				case newest != code:
					ended++
				case splitMix(uint64(n))%40 == 0:
					others++
				default:
					return false
				}
				return true
			}
			r.traffic.engine = script.engine(r)
			report := r.concluded()
			// Few codes are sent behind a newer one of their kind once codes are held back: it may not be learnt that these end them.
			most := others
			if test.byKind {
				most += ended
			}
			if got := report.Exchanges; got.Refused+got.Aged != ended+others || got.Refused < others*9/10 || got.Refused > most {
				t.Errorf("%s: %s %v: %d ended, %d others: %+v", name, report.Outcome, report.Reasons, ended, others, got)
			}
		})
	}
}

// Where a new code ends the older ones, few users have few codes at a time: the reason says so, and how many users are needed. With these
// and with a fast driver, no exchange waits.
func TestFewUsersHaveFewCodes(t *testing.T) {
	run := func(users int, driver time.Duration) (report benchmark.Report) {
		synctest.Test(t, func(t *testing.T) {
			answers := func(_, _ time.Time) time.Duration { return time.Millisecond }
			r := stage{supersedes: true, driver: driver, wait: answers}.open(t, Plan{Rate: 50, Duration: 20 * time.Second, Users: users})
			defer r.close()
			report = r.concluded()
		})
		return report
	}
	for _, users := range []int{5, 8, 20} {
		report := run(users, 200*time.Millisecond)
		said, held := fmt.Sprint(report.Reasons), fmt.Sprintf("for %d users at most %d ", users, max(1, users/4))
		if report.Outcome != benchmark.Saturated || !strings.Contains(said, held) || !strings.Contains(said, "takes 200ms for a request; use --users 80 ") ||
			strings.Contains(fmt.Sprint(report.Notes), "the target fell behind") {
			t.Errorf("%d users: %s %s, %v", users, report.Outcome, said, report.Notes)
		}
		if report.Command = "assay load --users 5"; report.NextRun() != "assay load --users 80" {
			t.Errorf("%d users: next %s", users, report.NextRun())
		}
	}
	for users, driver := range map[int]time.Duration{8: time.Millisecond, 80: 200 * time.Millisecond} {
		if report := run(users, driver); report.Outcome != benchmark.Passed || report.Generator.Codes.Held > 0 {
			t.Errorf("%d users: %s %v, %+v", users, report.Outcome, report.Reasons, report.Generator.Codes)
		}
	}
}
