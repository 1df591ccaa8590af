package main

import (
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
)

// conclusive is a run of 30 seconds at 500/s that passes.
func conclusive() benchmark.Report {
	times := benchmark.Times{P50: 0.001, P90: 0.002, P95: 0.003, P99: 0.01, P999: 0.02, Max: 0.03, Mean: 0.001, Samples: 15000}
	return benchmark.Report{
		Command: "assay load --target t.yaml --rate 500/s --slo 'p99<50ms' --driver 'exec:a b' --seed 7",
		Plan: benchmark.Plan{Shape: "constant", Rate: 500, Duration: 30, InFlight: 2048, Timeout: 10, Users: 100,
			Mix: map[string]float64{"login": 0.9, "phone": 0.1}},
		Exchanges:  benchmark.Exchanges{Sent: 15000, Accepted: 15000},
		Throughput: benchmark.Throughput{Offered: 500, Achieved: 500}, Response: times, Service: times, All: times, Refusals: times,
		Lateness: benchmark.Times{Samples: 15000}, SLO: []benchmark.Level{{Expression: "p99<50ms"}},
	}
}

// searching is a search from 500/s that ended for a reason, after steps at some rates that did not hold.
func searching(reason phrase.Phrase, rates ...float64) benchmark.Report {
	report := conclusive()
	report.Command = strings.Replace(report.Command, "--rate", "--find-limit --rate", 1)
	report.Search, report.Response.P99, report.Service.P99 = &benchmark.Search{Reason: reason}, 1, 1
	for _, rate := range rates {
		report.Search.Steps = append(report.Search.Steps, benchmark.Step{Rate: rate, Outcome: benchmark.Violated})
	}
	return report
}

// timed is a search that might take some seconds.
func timed(report benchmark.Report, seconds float64) benchmark.Report {
	report.Limit = &benchmark.Limit{Time: seconds, Levels: []benchmark.LimitLevel{}, Probes: []benchmark.LimitProbe{}}
	return report
}

// What a run advises to run next is a command line of assay load, with flags that are allowed together, and with others where the same
// ones would end alike.
func TestAdvisedRuns(t *testing.T) {
	with := func(change func(*benchmark.Report)) benchmark.Report {
		report := conclusive()
		change(&report)
		return report
	}
	const same = "run it again: "
	for name, test := range map[string]struct {
		report  benchmark.Report
		outcome benchmark.Outcome
		want    string // of the flags that the next run has; "" for no advice
	}{
		"pass":      {conclusive(), benchmark.Passed, ""},
		"violated":  {with(func(r *benchmark.Report) { r.Response.P99, r.Service.P99 = 1, 1 }), benchmark.Violated, ""},
		"incorrect": {with(func(r *benchmark.Report) { r.Exchanges.WrongIdentity = 1 }), benchmark.Incorrect, ""},
		"stopped":   {with(func(r *benchmark.Report) { r.Interrupted = true }), benchmark.Stopped, same + "--rate 500/s"},
		"aborted":   {with(func(r *benchmark.Report) { r.Error = phrase.Say(phrase.NothingSent) }), benchmark.Errored, same + "--rate 500/s"},
		"too short": {with(func(r *benchmark.Report) { r.Plan.Duration, r.Response.Samples = 5, 100 }), benchmark.Unknown, "--duration 20s"},
		"timed out": {with(func(r *benchmark.Report) {
			r.Response.Censored, r.Response.CensoredFrom, r.SLO[0].Expression, r.Response.P99 = 200, 10, "p99<20s", 10
		}), benchmark.Unknown, "--timeout 20s"},
		"closed loop": {with(func(r *benchmark.Report) {
			r.Plan.Shape, r.Plan.Rate, r.Command = benchmark.Closed, 0, strings.Replace(r.Command, "500/s", "max", 1)
		}), benchmark.Unknown, "--rate 250/s"},
		"closed loop, declared": {with(func(r *benchmark.Report) {
			r.Plan.Shape, r.Plan.Rate, r.Plan.DeclaredRate, r.Command = benchmark.Closed, 0, 800, strings.Replace(r.Command, "500/s", "max", 1)
		}), benchmark.Unknown, "t.yaml --slo"},
		"late": {with(func(r *benchmark.Report) { r.Lateness.P99, r.Response.P99 = 0.9, 1 }), benchmark.Saturated, "--rate 250/s"},
		"late, a ramp": {with(func(r *benchmark.Report) {
			r.Lateness.P99, r.Response.P99, r.Plan.To = 0.9, 1, 1000
			r.Command = strings.Replace(r.Command, "500/s", "500/s..1000/s --shape ramp", 1)
		}), benchmark.Saturated, "--rate 250/s..500/s"},
		"crowded": {with(func(r *benchmark.Report) { r.Lateness.P99, r.Response.P99, r.Generator.Crowded = 0.9, 1, 9 }), benchmark.Saturated,
			"--in-flight 4096"},
		"starved": {with(func(r *benchmark.Report) {
			r.Generator.Codes = benchmark.Codes{Minted: 3000, Starved: 9000, StarvedMean: 0.5}
			r.Response.P99, r.SLO[0].Expression = 1, "p99<50ms"
		}), benchmark.Saturated, "--rate 80/s"},
		"starved, closed": {with(func(r *benchmark.Report) {
			r.Plan.Shape, r.Plan.Rate, r.Command = benchmark.Closed, 0, strings.Replace(r.Command, "500/s", "max", 1)
			r.Generator.Codes = benchmark.Codes{Minted: 3000, Starved: 9000, StarvedMean: 0.5}
		}), benchmark.Saturated, "--in-flight 1024"},
		"search, too high":  {searching(phrase.Say(phrase.SearchTooHigh), 500, 250, 7.8125), benchmark.Errored, "--find-limit --rate 3.9/s"},
		"search, unstable":  {searching(phrase.Say(phrase.SearchUnstable), 500, 450), benchmark.Errored, "--find-limit --rate 220/s"},
		"search, too long":  {searching(phrase.Say(phrase.SearchTooLong, "0.5/s", "5m")), benchmark.Errored, "--find-limit --rate 4/s"},
		"search, incurable": {searching(phrase.Say(phrase.SearchIncurable, "p99<50ms", "1s", "500/s", "1s", "125/s"), 500, 250, 125), benchmark.Errored, "--rate 120/s"},
		"search, floor":     {searching(phrase.Say(phrase.SearchFloor, "400/s", "400/s", "x"), 500, 400), benchmark.Errored, "--rate 400/s"},
		"search, endless":   {searching(phrase.Say(phrase.SearchEndless, "15m"), 500, 250), benchmark.Errored, "--find-limit --rate 250/s"},
		"search, no time":   {searching(phrase.Say(phrase.SearchNoTime, "42s", "250/s", "30s"), 500, 250), benchmark.Errored, "--find-limit --rate 250/s"},
		"search, no time at all": {timed(searching(phrase.Say(phrase.SearchNoTime, "0s", "500/s", "5m")), 60), benchmark.Errored,
			"--find-limit --rate 500/s --slo 'p99<50ms' --driver 'exec:a b' --limit-time 2m"},
		"search, no time after one step": {timed(searching(phrase.Say(phrase.SearchNoTime, "40s", "1000/s", "30s"), 500), 80000), benchmark.Errored,
			"--find-limit --rate 500/s --slo 'p99<50ms' --driver 'exec:a b' --limit-time 24h"},
		"search of a plan, incurable": {with(func(r *benchmark.Report) {
			*r = searching(phrase.Say(phrase.SearchIncurable, "p99<50ms", "1s", "500/s", "1s", "125/s"), 500, 250, 125)
			r.Command = strings.Replace(r.Command, "--find-limit", "--plan p.yaml", 1)
		}), benchmark.Errored, "--rate 120/s --slo 'p99<50ms' --driver 'exec:a b' --find-limit=false"},
		"search with its flags, incurable": {with(func(r *benchmark.Report) {
			*r = searching(phrase.Say(phrase.SearchIncurable, "p99<50ms", "1s", "500/s", "1s", "125/s"), 500, 250, 125)
			r.Command = strings.Replace(r.Command, "--find-limit", "--find-limit=true --limit-time 5m --limit-within 2%", 1)
		}), benchmark.Errored, "--target t.yaml --rate 120/s --slo 'p99<50ms' --driver 'exec:a b' --seed 7"},
		"closed loop of a plan, declared": {with(func(r *benchmark.Report) {
			r.Plan.Shape, r.Plan.Rate, r.Plan.DeclaredRate, r.Command = benchmark.Closed, 0, 800, strings.Replace(r.Command, "--rate 500/s", "--plan p.yaml", 1)
		}), benchmark.Unknown, "--rate 800/s"},
		"search, saturated": {searching(phrase.Say(phrase.SearchSaturated, "500/s", "x"), 500), benchmark.Errored, "--find-limit --rate 120/s"},
	} {
		report := benchmark.Conclude(test.report)
		if report.Outcome != test.outcome {
			t.Errorf("%s: the outcome is %s: %q", name, report.Outcome, report.Reasons)
			continue
		}
		said := report.Next("page", "exchanges").String()
		if test.want == "" {
			if strings.Contains(said, "run it again") || strings.Contains(said, "assay load") {
				t.Errorf("%s: %q", name, said)
			}
			continue
		}
		again := strings.HasPrefix(test.want, same)
		if want := strings.TrimPrefix(test.want, same); !strings.Contains(said, want) || strings.HasPrefix(said, same) != again ||
			strings.Contains(said, "--find-limit") != strings.Contains(want, "--find-limit") {
			t.Errorf("%s: %q, without %q", name, said, want)
		}
		runnable(t, name, said[strings.Index(said, "assay load"):])
	}
}

// runnable checks that a command line is one of assay load, and its flags are allowed together.
func runnable(t *testing.T, name, line string) {
	t.Helper()
	var words []string
	for i, part := range strings.Split(line, "'") { // the odd parts are quoted
		if i%2 == 1 {
			words[len(words)-1] += part
			continue
		}
		for j, word := range strings.Split(part, " ") {
			if j > 0 || i == 0 {
				words = append(words, "")
			}
			words[len(words)-1] += word
		}
	}
	var flags loadFlags
	command := &cobra.Command{Use: "load"}
	flags.register(command)
	if err := command.ParseFlags(words[2:]); err != nil {
		t.Errorf("%s: %s: %v", name, line, err)
		return
	}
	plan, err := flags.plan(assay.Target{})
	if err != nil || flags.check() != nil || flags.limit.check(flags.findLimit, flags.named) != nil || flags.seed != 7 || flags.target.overrides.Driver != "exec:a b" || len(flags.slo) != 1 {
		t.Errorf("%s: %s: %+v, %v, %v", name, line, flags, err, flags.check())
	}
	if plan.Duration <= 0 || plan.Duration > loadgen.MaxDuration || plan.Timeout < time.Second {
		t.Errorf("%s: %+v", name, plan)
	}
}
