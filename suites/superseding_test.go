package suites

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/suites/client"
	"github.com/unified-login/assay/suites/expect"
)

// An issuer is a platform that knows whose every code is, and which of them is the newest.
type issuer struct {
	script
	mu     sync.Mutex
	owner  map[string]string
	newest map[string]string
	used   map[string]bool // users
}

// newIssuer is a platform that accepts a code where good says so.
func newIssuer(good func(i *issuer, n int, code string) bool) *issuer {
	i := &issuer{owner: map[string]string{}, newest: map[string]string{}, used: map[string]bool{}}
	i.driver = func(request assay.HostRequest) error {
		i.mu.Lock()
		defer i.mu.Unlock()
		for n := range request.Count {
			code := fmt.Sprintf("code-%d", i.minted+n+1)
			i.owner[code] = *request.Host.UserID
			i.newest[*request.Host.UserID] = code
		}
		return nil
	}
	i.answer = func(n int, code string) string {
		i.mu.Lock()
		defer i.mu.Unlock()
		if !good(i, n, code) {
			return denied
		}
		i.used[i.owner[code]] = true
		return accepted
	}
	return i
}

func newestOnly(i *issuer, _ int, code string) bool { return i.newest[i.owner[code]] == code }

// TestPreflightFindsSupersession: only where one code of a user ends another, in either order.
func TestPreflightFindsSupersession(t *testing.T) {
	for name, test := range map[string]struct {
		good     func(i *issuer, n int, code string) bool
		declared bool
		want     supersession
		note     phrase.Key
	}{
		"a newer code":    {newestOnly, false, byIssue, phrase.CodesEndOlder},
		"the use of one":  {func(i *issuer, _ int, code string) bool { return !i.used[i.owner[code]] }, false, byUse, phrase.CodesEndOthers},
		"declared":        {newestOnly, true, 0, phrase.CodesDeclared},
		"nothing":         {func(*issuer, int, string) bool { return true }, false, 0, ""},
		"one is refused":  {func(_ *issuer, n int, _ string) bool { return n != 1 }, false, 0, ""},
		"the next is":     {func(_ *issuer, n int, _ string) bool { return n != 2 }, false, 0, ""},
		"both are":        {func(_ *issuer, n int, _ string) bool { return n != 1 && n != 2 }, false, 0, ""},
		"they were young": {func(_ *issuer, n int, _ string) bool { return n != 1 && n != 3 }, false, 0, ""},
	} {
		i := newIssuer(test.good)
		config := i.config(t)
		config.Target.Declares.CodeSupersedes, config.Target.Profiles = test.declared, []string{"login"}
		s := begin(t, config)
		if err := s.preflight(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := supersession(s.ends.Load()); got != test.want || s.oneOpen() != (test.note != "") {
			t.Errorf("%s: %d, want %d; one code at a time: %v", name, got, test.want, s.oneOpen())
		}
		said := slices.ContainsFunc(s.notes, func(n phrase.Phrase) bool { return n.Key() == test.note })
		if said != (test.note != "") {
			t.Errorf("%s: notes %q", name, phrase.Strings(s.notes))
		}
	}
}

// TestPreflightWithExpiredCodes: a driver that is slower than its codes live shows nothing about supersession.
func TestPreflightWithExpiredCodes(t *testing.T) {
	i := newIssuer(newestOnly)
	config := i.config(t)
	config.Target.Declares.CodeTTL = time.Nanosecond
	s := begin(t, config)
	if err := s.preflight(t.Context()); err != nil || s.oneOpen() {
		t.Errorf("error %v, one code at a time: %v", err, s.oneOpen())
	}
}

// TestPreflightAsksABusyTargetAgain: an overload in the middle of a pair is not a refusal.
func TestPreflightAsksABusyTargetAgain(t *testing.T) {
	i := newIssuer(newestOnly)
	exchange := i.answer
	i.answer = func(n int, code string) string {
		if n == 1 || n == 4 {
			return busy
		}
		return exchange(n, code)
	}
	config := i.config(t)
	config.Target.Profiles = []string{"login"}
	s := begin(t, config)
	if err := s.preflight(t.Context()); err != nil || supersession(s.ends.Load()) != byIssue {
		t.Errorf("error %v, %d", err, s.ends.Load())
	}
}

// TestTwinsAreOfDifferentUsers: nothing that a platform does with other codes of a user looks like the refusal of a
// probe.
func TestTwinsAreOfDifferentUsers(t *testing.T) {
	i := newIssuer(func(*issuer, int, string) bool { return true })
	trial := attempt(t, i.session(t), entry{once: true, body: func(t *Trial) {
		t.Negative("omitted", client.Omit("code"))
		t.NotExchanged("null", client.Set("code", nil))
		codes := t.Codes(5)
		for n, code := range codes {
			if slices.ContainsFunc(codes[:n], func(other assay.Code) bool { return other.UserID == code.UserID }) {
				t.Check(false, "five users", code.UserID)
			}
		}
	}}, "code.missing")
	for _, x := range trial.exchanges {
		for _, other := range trial.exchanges {
			if x.ID != other.ID && x.Code.UserID == other.Code.UserID {
				t.Errorf("%s and %s are of one user", x.ID, other.ID)
			}
		}
	}
	for _, finding := range trial.findings {
		if len(finding.Exchanges) < 2 || strings.Contains(finding.Actual, "five") {
			t.Errorf("a finding without its twin: %+v", finding)
		}
	}
	if len(trial.findings) != 2 {
		t.Errorf("findings %+v", trial.findings)
	}
}

// TestDealtOneAtATime: where a newer code ends the older, codes of one user are issued when they are needed.
func TestDealtOneAtATime(t *testing.T) {
	for supersedes, wantMinted := range map[bool]int{false: 6, true: 3} {
		i := newIssuer(newestOnly)
		config := i.config(t)
		config.Target.Declares.CodeSupersedes = supersedes
		trial := attempt(t, begin(t, config), entry{once: true, body: func(t *Trial) {
			next := t.dealt(t.Person(), t.App(0), 6)
			for range 3 {
				t.Expect(t.Exchange(next())).To(expect.BeExchanged())
			}
		}}, "code.opaque")
		want := map[bool]assay.Verdict{false: assay.Fail, true: assay.Pass}[supersedes]
		expectVerdict(t, trial, want)
		if i.minted != wantMinted {
			t.Errorf("superseding %v: %d codes were issued, want %d", supersedes, i.minted, wantMinted)
		}
	}
}
