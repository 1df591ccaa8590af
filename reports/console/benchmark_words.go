package console

import (
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
)

func (p benchmarkPrinter) say(key string, args ...any) string { return say(p.in, key, args...) }

// named is an outcome: in English, that of benchmark.json in capitals.
func (p benchmarkPrinter) named(outcome benchmark.Outcome) string {
	if p.in.Language() == messages.English {
		return strings.ToUpper(strings.ReplaceAll(string(outcome), "-", " "))
	}
	return figures.Outcome(p.in, outcome)
}

// verdict is a verdict on a requirement: in English, that of benchmark.json.
func (p benchmarkPrinter) verdict(verdict assay.Verdict) string {
	if p.in.Language() == messages.English {
		return string(verdict)
	}
	return p.in.Text("verdict." + string(verdict))
}

// exchangeCounts lists the results of the exchanges that occurred, in the words of every other format.
func (p benchmarkPrinter) exchangeCounts(e benchmark.Exchanges) string {
	text := p.say("console.count", e.Sent, p.in.Text("ledger.sent"))
	for _, part := range []struct {
		key   string
		count int64
		of    int64 // how many were tried, where some may have had another result
	}{
		{"ledger.accepted", e.Accepted, 0},
		{"ledger.replays-refused", e.ReplaysRefused, e.ReplaysSent},
		{"ledger.replays-excused", e.ReplaysExcused, 0},
		{"ledger.races-sent", e.RacesSent, 0},
		{"ledger.races-refused", e.RacesRefused, 0},
		{"ledger.bad-pats-refused", e.BadPATsRefused, e.BadPATsSent},
		{"ledger.uncompared", e.Uncompared, 0},
		{"ledger.wrong-identity", e.WrongIdentity, 0},
		{"ledger.without-identity", e.WithoutIdentity, 0},
		{"ledger.double-redeemed", e.DoubleRedeemed, 0},
		{"ledger.bad-pats-accepted", e.BadPATsAccepted, 0},
		{"ledger.refused", e.Refused, 0},
		{"ledger.aged", e.Aged, 0},
		{"ledger.overloaded", e.Overloaded, 0},
		{"ledger.faults", e.Faults, 0},
		{"ledger.unasked", e.UnaskedAnswers, 0},
		{"ledger.in-doubt", e.InDoubt, 0},
		{"ledger.unreachable", e.Unreachable, 0},
		{"ledger.refusals-busy", e.RefusalsBusy, 0},
	} {
		switch {
		case part.of > 0:
			text += p.say("console.comma") + p.say("console.count-of", part.count, part.of, p.in.Text(part.key))
		case part.count > 0:
			text += p.say("console.comma") + p.say("console.count", part.count, p.in.Text(part.key))
		}
	}
	return text
}

// waits says what [waits] says, and how many requests were sent before the load.
func (p benchmarkPrinter) waits(wait, asked time.Duration, status, sent int) string {
	return p.say("console.waits", waits(p.in, wait, asked, status), sent)
}

// waits says for how long a run waits for a target that limits requests, and why.
func waits(in messages.Printer, wait, asked time.Duration, status int) string {
	why := say(in, "console.waits-declared")
	if status != 0 {
		why = say(in, "console.waits-status", status)
	}
	if asked > 0 {
		why = say(in, "console.waits-asks", why, asked.Round(time.Second))
	}
	return say(in, "console.waits-for", seconds(wait), why)
}

// seconds is a time in whole seconds, rounded up.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
