package benchmark

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/messages"
)

// This file is what a page and a summary show alike, in the language of a reader.

// Sign is the verdict that stands for an outcome, where there is room for its icon only.
func (o Outcome) Sign() assay.Verdict {
	return map[Outcome]assay.Verdict{Passed: assay.Pass, Violated: assay.Fail, Incorrect: assay.Fail,
		Saturated: assay.Untested, Stopped: assay.Untested, Errored: assay.Error}[o]
}

// Text is an outcome in a word or two, Meaning in a sentence.
func (o Outcome) Text(in messages.Printer) string {
	return in.Text(map[Outcome]string{Passed: "load.pass", Violated: "load.violated", Incorrect: "load.incorrect",
		Saturated: "load.saturated", Stopped: "load.interrupted", Errored: "load.error"}[o])
}

// Meaning is what an outcome says of the run.
func (o Outcome) Meaning(in messages.Printer) string {
	return in.Text(map[Outcome]string{Passed: "load.pass-means", Violated: "load.violated-means", Incorrect: "load.incorrect-means",
		Saturated: "load.saturated-means", Stopped: "load.interrupted-means", Errored: "load.error-means"}[o])
}

// Name is the implementation as a heading has it.
func (r Report) Name() string {
	i := r.Implementation
	return cmp.Or(strings.TrimSpace(i.Product+" "+i.Version), i.Organization, strings.Join(r.Target.APIServers, " "), "?")
}

// Verdict is whether a service level holds, as far as the run could tell.
func (r Report) Verdict(level Level) assay.Verdict {
	switch {
	case r.untold() != "":
		return assay.Untested
	case level.Holds:
		return assay.Pass
	default:
		return assay.Fail
	}
}

// Shown is what was observed of a service level; a dash for nothing.
func (r Report) Shown(level Level) string {
	if r.Exchanges.Sent == 0 {
		return "—"
	}
	return level.Shown()
}

// untold says why the run could not tell whether its service levels hold; "" where it could.
func (r Report) untold() string {
	switch {
	case r.Outcome == Saturated || r.Outcome == Stopped || r.Outcome == Errored:
		return strings.Join(r.Reasons, "; ")
	case r.Interrupted:
		return wasStopped
	default:
		return r.Error
	}
}

// A Fact is a value and what it is of.
type Fact struct{ Value, Label string }

// Figures are the numbers that a reader wants first.
func (r Report) Figures(in messages.Printer) []Fact {
	var all []Fact
	if r.Search != nil {
		limit := "—"
		if r.Search.Limit > 0 {
			limit = Rate(r.Search.Limit)
		}
		all = append(all, Fact{limit, in.Text("figure.limit")})
	}
	return append(all,
		Fact{Rate(r.Throughput.Achieved), in.Text("figure.achieved", Rate(r.Throughput.Offered))},
		Fact{Duration(r.Response.P50), in.Text("figure.p50")},
		Fact{Duration(r.Response.P99), in.Text("figure.p99")},
		Fact{percent(r.Exchanges.ErrorShare()), in.Text("figure.errors", r.Exchanges.Sent)},
	)
}

// A TimesRow is one of the histograms: a value for each of [TimesColumns], and the number of samples.
type TimesRow struct {
	Name   string
	Values []string
}

// TimesColumns are what is shown of a histogram, in the words of every language.
func TimesColumns() []string { return []string{"p50", "p90", "p95", "p99", "p99.9", "max", "mean"} }

// TimesTable has the times, and the noise floor's response where that was measured.
func (r Report) TimesTable(in messages.Printer) []TimesRow {
	row := func(name string, t Times) TimesRow {
		var values []string
		for _, seconds := range []float64{t.P50, t.P90, t.P95, t.P99, t.P999, t.Max, t.Mean} {
			values = append(values, Duration(seconds))
		}
		return TimesRow{name, append(values, in.Number(t.Samples))}
	}
	rows := []TimesRow{row(in.Text("times.response"), r.Response), row(in.Text("times.service"), r.Service),
		row(in.Text("times.lateness"), r.Lateness)}
	if r.NoiseFloor != nil {
		rows = append(rows, row(in.Text("times.floor"), r.NoiseFloor.Response))
	}
	return rows
}

// A LedgerRow is one thing that became of exchanges. Bad is set where there should be none of it, and is.
type LedgerRow struct {
	Name, Count, Share string
	Bad                bool
}

// Ledger has what there should be none of, and of the rest what there is.
func (e Exchanges) Ledger(in messages.Printer) []LedgerRow {
	var rows []LedgerRow
	add := func(key string, count int64, bad, always bool) {
		if count == 0 && !always {
			return
		}
		share := ""
		if e.Sent > 0 {
			share = percent(float64(count) / float64(e.Sent))
		}
		rows = append(rows, LedgerRow{in.Text(key), in.Number(count), share, bad && count > 0})
	}
	add("ledger.sent", e.Sent, false, true)
	add("ledger.accepted", e.Accepted, false, true)
	add("ledger.wrong-identity", e.WrongIdentity, true, true)
	add("ledger.double-redeemed", e.DoubleRedeemed, true, true)
	add("ledger.replays-sent", e.ReplaysSent, false, false)
	add("ledger.replays-refused", e.ReplaysRefused, false, false)
	add("ledger.replays-excused", e.ReplaysExcused, false, false)
	add("ledger.races-sent", e.RacesSent, false, false)
	add("ledger.races-refused", e.RacesRefused, false, false)
	add("ledger.bad-pats-sent", e.BadPATsSent, false, false)
	add("ledger.bad-pats-refused", e.BadPATsRefused, false, false)
	add("ledger.bad-pats-accepted", e.BadPATsAccepted, true, false)
	add("ledger.refused", e.Refused, true, true)
	add("ledger.overloaded", e.Overloaded, true, true)
	add("ledger.faults", e.Faults, true, true)
	add("ledger.in-doubt", e.InDoubt, true, true)
	add("ledger.unreachable", e.Unreachable, true, false)
	return rows
}

// GeneratorFacts say how the load was made, and what that took.
func (r Report) GeneratorFacts(in messages.Printer) []Fact {
	g := r.Generator
	number := func(n int) string { return in.Number(int64(n)) }
	together := func(values ...string) string { return strings.Join(values, " · ") }
	all := []Fact{
		{r.Plan.Text(in), in.Text("generator.plan")},
		{number(r.Plan.Users), in.Text("generator.users")},
		{together(number(g.Workers), number(g.Connections), cmp.Or(g.Protocol, "—")), in.Text("generator.workers")},
		{together(fmt.Sprintf("%.1f s", g.CPUSeconds), Duration(g.CPUPerExchange), fmt.Sprintf("%d MiB", g.MaxRSSBytes>>20)), in.Text("generator.cost")},
		{together(in.Number(g.Codes.Minted), in.Number(g.Codes.Aged), in.Number(g.Codes.Starved)), in.Text("generator.codes")},
		{together(in.Number(g.Unsent), in.Number(g.Crowded)), in.Text("generator.unsent")},
	}
	if r.NoiseFloor != nil {
		all = append(all, Fact{Rate(r.NoiseFloor.Ceiling), in.Text("generator.ceiling")})
	}
	return all
}
