package loadgen_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
)

// Every verdict, provoked by a fault in every tenth exchange or in all.
func TestCountsAreExact(t *testing.T) {
	t.Parallel()
	logins := loadgen.Mix{Login: 1}
	for _, test := range []struct {
		fault string
		mix   loadgen.Mix
		want  benchmark.Exchanges
	}{
		{"load-refuses", logins, benchmark.Exchanges{Accepted: arrivals - tenth, Refused: tenth}},
		{"load-refuses", loadgen.Mix{Phone: 1}, benchmark.Exchanges{Accepted: arrivals - tenth, Refused: tenth}},
		{"load-empties", logins, benchmark.Exchanges{Accepted: arrivals - tenth, WithoutIdentity: tenth}},
		{"load-empties", loadgen.Mix{Phone: 1}, benchmark.Exchanges{Accepted: arrivals - tenth, WithoutIdentity: tenth}},
		{"load-sheds", logins, benchmark.Exchanges{Accepted: arrivals - tenth, Overloaded: tenth}},
		{"load-breaks", logins, benchmark.Exchanges{Accepted: arrivals - tenth, Faults: tenth}},
		{"load-drops", logins, benchmark.Exchanges{Accepted: arrivals - tenth, InDoubt: tenth}},
		{"errcode-lower-case", logins, benchmark.Exchanges{Faults: arrivals}},
		{"channel-constant", logins, benchmark.Exchanges{WrongIdentity: arrivals}},
		{"pat-unknown-trusted", loadgen.Mix{BadPAT: 1}, benchmark.Exchanges{BadPATsSent: arrivals, BadPATsAccepted: arrivals}},
		{"pat-scheme-case", loadgen.Mix{BadPAT: 1}, benchmark.Exchanges{BadPATsSent: arrivals, BadPATsRefused: arrivals}},
		{"ledger-none", loadgen.Mix{Race: 1}, benchmark.Exchanges{Accepted: arrivals, RacesSent: arrivals, ReplaysSent: arrivals, DoubleRedeemed: arrivals}},
		{"pat-scheme-case", loadgen.Mix{Race: 1}, benchmark.Exchanges{Accepted: arrivals, RacesSent: arrivals, ReplaysSent: arrivals, ReplaysRefused: arrivals}},
	} {
		t.Run(test.fault+" "+test.mix.String(), func(t *testing.T) {
			t.Parallel()
			config := broken(t, test.fault)
			config.Plan = brief(test.mix)
			report := run(t, config)
			want := test.want
			want.Sent = arrivals + want.RacesSent
			if want.Uncompared = report.Exchanges.Uncompared; report.Exchanges != want {
				t.Errorf("got %+v\nwant %+v\nerrors %+v", report.Exchanges, want, report.Errors)
			}
		})
	}
}

func TestHangingTargetIsInDoubt(t *testing.T) {
	t.Parallel()
	config := broken(t, "load-hangs")
	config.Plan = brief(loadgen.Mix{Login: 1})
	config.Plan.Timeout = 10 * time.Second // none but the hanging ones take so long, on a busy machine either
	report := run(t, config)
	if got := report.Exchanges; got.Sent != arrivals || got.InDoubt != tenth || got.Accepted != arrivals-tenth {
		t.Errorf("%+v", got)
	}
	if report.Response.Censored != tenth {
		t.Errorf("%d censored samples, want %d", report.Response.Censored, tenth)
	}
}

// A tenth of the exchanges give another user, whose own later answers are still right.
func TestWrongUserIsCounted(t *testing.T) {
	t.Parallel()
	config := broken(t, "load-wrong-user")
	config.Plan = brief(loadgen.Mix{Phone: 1})
	report := run(t, config)
	// The first exchange has no other user to be confused with, and neither has one that follows the same user.
	if got := report.Exchanges; got.WrongIdentity < tenth/2 || got.WrongIdentity > tenth || got.Accepted+got.WrongIdentity != arrivals {
		t.Errorf("%+v", got)
	}
	if report.Outcome != benchmark.Incorrect {
		t.Errorf("outcome %s", report.Outcome)
	}
}

func TestReplaysAreCounted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, fault string
		check       func(benchmark.Exchanges) bool
	}{
		{"correct platform", "pat-scheme-case", func(e benchmark.Exchanges) bool {
			return e.ReplaysRefused == e.ReplaysSent && e.DoubleRedeemed == 0
		}},
		{"forgets every code", "ledger-none", func(e benchmark.Exchanges) bool {
			return e.DoubleRedeemed == e.ReplaysSent && e.ReplaysRefused == 0
		}},
		{"forgets every tenth code", "load-redeems-twice", func(e benchmark.Exchanges) bool {
			return e.DoubleRedeemed == e.ReplaysSent/10 && e.ReplaysRefused == e.ReplaysSent-e.DoubleRedeemed
		}},
		{"tells the user in every tenth refusal", "load-refusal-tells", func(e benchmark.Exchanges) bool {
			return e.DoubleRedeemed > 0 && e.DoubleRedeemed <= e.ReplaysSent/10 && e.ReplaysRefused == e.ReplaysSent-e.DoubleRedeemed
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			config := broken(t, test.fault)
			config.Plan = brief(loadgen.Mix{Login: 0.4, Phone: 0.2, Replay: 0.4})
			config.Plan.InFlight = 1 // so that there are used codes, however slow the machine is
			got := run(t, config).Exchanges
			if got.ReplaysSent == 0 || got.Sent != arrivals || !test.check(got) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestLedgerOfThousands: a ledger of a fixed size forgets codes, which a run finds that uses more of them.
func TestLedgerOfThousands(t *testing.T) {
	t.Parallel()
	config := broken(t, "load-ledger-of-thousands")
	config.Plan = brief(loadgen.Mix{Login: 0.9, Replay: 0.1})
	config.Plan.Rate *= 20
	config.Plan.InFlight = 1 // so that there are used codes, however slow the machine is
	if got := run(t, config).Exchanges; got.Sent != 20*arrivals || got.DoubleRedeemed == 0 || got.DoubleRedeemed >= got.ReplaysSent/2 {
		t.Errorf("%+v", got)
	}
}

// A declared reuseGrace excuses the second exchange of a race.
func TestDeclaredGraceExcusesARace(t *testing.T) {
	t.Parallel()
	config := broken(t, "ledger-none")
	config.Target.Declares.ReuseGrace = time.Minute
	config.Plan = brief(loadgen.Mix{Login: 1, Race: 1, Replay: 1})
	got := run(t, config).Exchanges
	if got.ReplaysExcused != got.RacesSent || got.RacesSent == 0 || got.DoubleRedeemed != 0 {
		t.Errorf("%+v", got)
	}
}

// A run of nothing but failed races achieves nothing, and its report says so: whether the answers fail, or what follows them.
func TestFailedRacesAchieveNothing(t *testing.T) {
	t.Parallel()
	const refusal = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n" + `{"errcode":"X"}`
	for name, handler := range map[string]http.HandlerFunc{
		"500": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"two answers": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return // the exchange fails
			}
			_, _ = io.WriteString(conn, refusal+refusal)
			_ = conn.Close()
		},
	} {
		server := httptest.NewServer(handler)
		config := broken(t, "load-breaks")
		config.Target.APIServers = []string{server.URL}
		config.Plan = brief(loadgen.Mix{Race: 1})
		report := run(t, config)
		server.Close()
		if got := report.Throughput; got.Achieved != 0 || report.Exchanges.RacesSent == 0 {
			t.Errorf("%s: %+v, %+v", name, got, report.Exchanges)
		}
		var file bytes.Buffer
		err := benchmark.WriteJSON(&file, report)
		if err == nil {
			_, err = benchmark.ReadJSON(&file)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
