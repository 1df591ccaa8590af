// Package figures lays a load run out for people: the words for its outcome and plan, its headline figures, and its tables
// of times, exchanges and generator facts, in the reader's language.
//
// The formats that people read (page and markdown) show the same figures, so that they are made here once. Start with
// [Headline].
package figures

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/messages"
)

// Outcome is an outcome in a word or two.
func Outcome(in messages.Printer, o benchmark.Outcome) string {
	return in.Text(map[benchmark.Outcome]string{
		benchmark.Passed: "load.pass", benchmark.Violated: "load.violated", benchmark.Incorrect: "load.incorrect",
		benchmark.Unknown: "load.unknown", benchmark.Saturated: "load.saturated", benchmark.Stopped: "load.interrupted", benchmark.Errored: "load.error",
	}[o])
}

// Level names the verdict on a service level: holds, does not hold, not known.
func Level(in messages.Printer, verdict assay.Verdict) string {
	switch verdict {
	case assay.Pass:
		return in.Text("level.holds")
	case assay.Fail:
		return in.Text("level.violated")
	default:
		return in.Text("level.unknown")
	}
}

// Sure says how sure the verdict on a service level is, and of what: "(99%), at most 0.67% beyond, 1% allowed"; empty where nothing was judged
// by an interval.
func Sure(in messages.Printer, report benchmark.Report, level benchmark.Level) string {
	if level.Confidence == 0 || report.Verdict(level) == assay.Untested {
		return ""
	}
	text := "(" + benchmark.Percent(level.Confidence) + ")"
	if beyond := level.Beyond(); !beyond.IsZero() {
		text += " " + in.Say(beyond)
	}
	return text
}

// Plan says what is sent and for how long.
func Plan(in messages.Printer, p benchmark.Plan) string {
	open := func(rate, to float64, shape string, duration float64) string {
		rates := benchmark.PlannedRate(rate)
		if to != 0 {
			rates += ".." + benchmark.PlannedRate(to)
		}
		return in.Text("plan.open", rates, shapeName(in, shape), benchmark.Span(duration))
	}
	text := open(p.Rate, p.To, p.Shape, p.Duration)
	switch {
	case p.Shape == benchmark.Closed:
		text = in.Text("plan.closed", fmt.Sprint(p.InFlight), benchmark.Span(p.Duration))
	case len(p.Stages) > 0:
		var stages []string
		for _, stage := range p.Stages {
			stages = append(stages, stage.Name+" "+open(stage.Rate, stage.To, stage.Shape, stage.Duration))
		}
		text = strings.Join(stages, "; ")
	}
	if p.WarmUp > 0 {
		text = in.Text("plan.warm-up", text, benchmark.Span(p.WarmUp))
	}
	if len(p.Until) > 0 {
		text = in.Text("plan.until", text, strings.Join(p.Until, ", "))
	}
	return text
}

// shapeName names the shape of a schedule; one that this version does not know is its own name.
func shapeName(in messages.Printer, shape string) string {
	key, known := map[string]string{"constant": "shape.constant", "ramp": "shape.ramp", "step": "shape.step", "sine": "shape.sine", "spike": "shape.spike",
		"poisson": "shape.poisson"}[shape]
	if !known {
		return shape
	}
	return in.Text(key)
}

// Phase names a phase of a search; one that this version does not know is its own name.
func Phase(in messages.Printer, phase string) string {
	key, known := map[string]string{"climb": "phase.climb", "narrow": "phase.narrow", "probe": "phase.probe", "confirm": "phase.confirm"}[phase]
	if !known {
		return phase
	}
	return in.Text(key)
}

// Number writes a weight as it was configured.
func Number(x float64) string { return fmt.Sprintf("%.10g", x) }

// A Fact is a value and its label.
type Fact struct{ Value, Label string }

// Headline has the figures that a reader wants first, with the ends of their error bars.
func Headline(in messages.Printer, r benchmark.Report) []Fact {
	var all []Fact
	if r.Search != nil {
		all = append(all, limit(in, r))
	}
	return append(all,
		Fact{benchmark.Rate(r.Throughput.Achieved), in.Text("figure.achieved", benchmark.Rate(r.Throughput.Offered)) + told(in, r.Throughput.Ends())},
		Fact{r.Response.Text(assay.MetricP50), in.Text("figure.p50") + told(in, Ends(r.Response, assay.MetricP50))},
		Fact{r.Response.Text(assay.MetricP99), in.Text("figure.p99") + told(in, Ends(r.Response, assay.MetricP99))},
		Fact{benchmark.Percent(r.Exchanges.ErrorShare()), in.Text("figure.errors", r.Exchanges.Judged()) + told(in, benchmark.ShareEnds(r.ErrorShare))},
	)
}

// told puts the ends of an error bar behind a label; without one it is empty.
func told(in messages.Printer, ends string) string {
	if ends == "" {
		return ""
	}
	return in.Text("figure.ends", ends)
}

// limit is what a search found, and what that is worth.
func limit(in messages.Printer, r benchmark.Report) Fact {
	switch s := r.Search; {
	case r.Limit != nil && (r.Limit.Rate > 0 || r.Limit.Confirmed > 0):
		return fittedLimit(in, *r.Limit)
	case s.Limit <= 0:
		return Fact{"—", in.Text("figure.no-limit")}
	case s.Confirmed:
		return Fact{benchmark.Rate(s.Limit), in.Text("figure.limit", benchmark.Span(r.Plan.Duration))}
	default:
		return Fact{benchmark.Rate(s.Limit), in.Text("figure.limit-unconfirmed")}
	}
}

// fittedLimit is the limit that probes tell, with its interval and what was confirmed.
func fittedLimit(in messages.Printer, l benchmark.Limit) Fact {
	value := benchmark.Rate(l.Rate)
	if l.Beyond && l.Confirmed > 0 {
		value = "≥ " + benchmark.Rate(l.Confirmed)
	}
	return Fact{value, in.Text("figure.limit-found", in.Say(l.Says()))}
}

// A TimesRow is one histogram: a value for each of [TimesColumns], and the number of samples. Ends are those of the 95 % intervals of the
// values, "" for none. OfEnds is set of the rows that have the ends of the row before, for a format that has no room for Ends.
type TimesRow struct {
	Name         string
	Values, Ends []string
	OfEnds       bool
}

// TimesColumns are the columns of [Times].
func TimesColumns(in messages.Printer) []string {
	return []string{"p50", "p90", "p95", "p99", "p99.9", in.Text("times.max"), in.Text("times.mean")}
}

func timesMetrics() []assay.Metric {
	return []assay.Metric{assay.MetricP50, assay.MetricP90, assay.MetricP95, assay.MetricP99, assay.MetricP999, assay.MetricMax, assay.MetricMean}
}

// Times has a row each for response, service and lateness; one for the refusals, and one for each endpoint and API server if there
// are several; and one for the noise floor's response if it was measured. In a closed loop the response time is the service time.
func Times(in messages.Printer, r benchmark.Report) []TimesRow {
	var rows []TimesRow
	row := func(name string, t benchmark.Times) {
		one := TimesRow{Name: name}
		for _, metric := range timesMetrics() {
			one.Values, one.Ends = append(one.Values, t.Text(metric)), append(one.Ends, Ends(t, metric))
		}
		one.Values, one.Ends = append(one.Values, in.Number(t.Samples)), append(one.Ends, "")
		rows = append(rows, one)
	}
	if r.Plan.Shape == benchmark.Closed {
		row(in.Text("times.closed"), r.Service)
	} else {
		row(in.Text("times.response"), r.Response)
		rows = append(rows, ends(in, r.Response)...)
		row(in.Text("times.service"), r.Service)
		row(in.Text("times.lateness"), r.Lateness)
	}
	for _, one := range r.Endpoints() {
		row(in.Text("times.endpoint", string(one.Endpoint)), one.Response)
	}
	if r.Refusals.Samples > 0 {
		row(in.Text("times.refusals"), r.Refusals)
	}
	for i, one := range r.ByServer {
		row(in.Text("times.server", fmt.Sprint(i+1)), one.Service)
	}
	if r.NoiseFloor != nil {
		row(in.Text("times.floor"), r.NoiseFloor.Response)
	}
	return rows
}

// ends are two rows with the ends of the intervals of times; none where the run was too short to tell any.
func ends(in messages.Printer, t benchmark.Times) []TimesRow {
	if t.Intervals == nil {
		return nil
	}
	low, high := TimesRow{Name: in.Text("times.low"), OfEnds: true}, TimesRow{Name: in.Text("times.high"), OfEnds: true}
	for _, metric := range timesMetrics() {
		from, to := t.Ends(metric)
		low.Values, high.Values = append(low.Values, from), append(high.Values, to)
	}
	low.Values, high.Values = append(low.Values, ""), append(high.Values, "")
	return []TimesRow{low, high}
}

// An ExchangesRow is one result of exchanges. Bad is set where the count must be 0 and is not.
type ExchangesRow struct {
	Name, Count, Share string
	Bad                bool
}

// Exchanges has a row for each result that must not occur, and for each other result that did.
func Exchanges(in messages.Printer, e benchmark.Exchanges) []ExchangesRow {
	var rows []ExchangesRow
	add := func(key string, count int64, bad, always bool) {
		if count == 0 && !always {
			return
		}
		share := ""
		if e.Sent > 0 {
			share = benchmark.Percent(float64(count) / float64(e.Sent))
		}
		rows = append(rows, ExchangesRow{in.Text(key), in.Number(count), share, bad && count > 0})
	}
	add("ledger.sent", e.Sent, false, true)
	add("ledger.accepted", e.Accepted, false, true)
	add("ledger.uncompared", e.Uncompared, false, false)
	add("ledger.wrong-identity", e.WrongIdentity, true, true)
	add("ledger.without-identity", e.WithoutIdentity, true, false)
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
	add("ledger.aged", e.Aged, false, false)
	add("ledger.overloaded", e.Overloaded, true, true)
	add("ledger.faults", e.Faults, true, true)
	add("ledger.unasked", e.UnaskedAnswers, true, false)
	add("ledger.in-doubt", e.InDoubt, true, true)
	add("ledger.unreachable", e.Unreachable, true, false)
	add("ledger.refusals-busy", e.RefusalsBusy, false, false)
	return rows
}

// Generator says how the load was generated and what that cost.
func Generator(in messages.Printer, r benchmark.Report) []Fact {
	g := r.Generator
	number := func(n int) string { return in.Number(int64(n)) }
	all := []Fact{
		{Plan(in, r.Plan), in.Text("generator.plan")},
		{number(r.Plan.Users), in.Text("generator.users")},
		{together(number(g.Workers), number(g.Connections), cmp.Or(g.Protocol, "—"), cmp.Or(g.Engine, "—")), in.Text("generator.workers")},
		{together(fmt.Sprintf("%.1f s", g.CPUSeconds), benchmark.Duration(g.CPUPerExchange), fmt.Sprintf("%d MiB", g.MaxRSSBytes>>20)), in.Text("generator.cost")},
		{together(in.Number(g.Codes.Minted), in.Number(g.Codes.Aged), in.Number(g.Codes.Starved)), in.Text("generator.codes")},
		{together(in.Number(g.Unsent), in.Number(g.Crowded)), in.Text("generator.unsent")},
	}
	if g.Machine != nil {
		all = append(all, Fact{Machine(in, *g.Machine), in.Text("generator.machine")})
	}
	if tags := Tags(r); tags != "" {
		all = append(all, Fact{tags, in.Text("environment.tags")})
	}
	all = append(all, delays(in, r.NotableDelay())...)
	if r.NoiseFloor != nil {
		all = append(all, Fact{benchmark.Rate(r.NoiseFloor.Ceiling), in.Text("generator.ceiling")})
	}
	return all
}

// Tags are the labels of a run in a line, sorted; empty without any.
func Tags(r benchmark.Report) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(r.Tags)) {
		all = append(all, name+"="+r.Tags[name])
	}
	return together(all...)
}

// delays say what kept the generator from running; nil if nothing is worth a word.
func delays(in messages.Printer, d benchmark.Delay) (all []Fact) {
	if d.Heartbeat.Samples > 0 {
		all = append(all, Fact{together(benchmark.Duration(d.Heartbeat.P99), benchmark.Duration(d.Heartbeat.Max)), in.Text("generator.heartbeat")})
	}
	if d.QueueSeconds > 0 {
		all = append(all, Fact{benchmark.Duration(d.QueueSeconds), in.Text("generator.queued")})
	}
	if d.ThrottledSeconds > 0 {
		all = append(all, Fact{together(benchmark.Duration(d.ThrottledSeconds), in.Number(d.ThrottledPeriods)), in.Text("generator.throttled")})
	}
	return all
}

// together shows the values of a fact that has several.
func together(values ...string) string { return strings.Join(values, " · ") }

// RunTitle is the key of the title of the command that a report of a load run shows: see [benchmark.Report.NextRun].
func RunTitle(report benchmark.Report) string {
	if report.NextRun() != report.Command {
		return "environment.next"
	}
	return "environment.again"
}
