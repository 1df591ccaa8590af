package loadgen

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
)

// Begin checks the plan and returns the report of a run that has not begun: what is measured and how, with nothing in it
// yet. The error is the caller's: a plan that cannot be.
func Begin(config Config) (benchmark.Report, error) {
	plan, err := config.Plan.completed(config.Target)
	if err != nil {
		return benchmark.Report{}, err
	}
	report := begin(config, plan, time.Now())
	if config.Search {
		report.Search = &benchmark.Search{Steps: []benchmark.Step{}}
	}
	return report, nil
}

func begin(config Config, plan Plan, began time.Time) benchmark.Report {
	set := assay.Requirements()
	target := config.Target
	report := benchmark.Report{
		Schema:         benchmark.SchemaName,
		Suite:          benchmark.Suite{Version: config.Version, RequirementSet: set.Name, Digest: set.Digest},
		Implementation: target.Implementation,
		Target:         benchmark.Target{APIServers: target.APIServers, Driver: target.Driver.Kind()},
		Started:        began, Finished: began, Command: config.Command,
		Plan:         plan.report(),
		Distribution: benchmark.Distribution{Response: []benchmark.Point{}, Service: []benchmark.Point{}},
		SLO:          []benchmark.Level{},
		Timeline:     []benchmark.Second{},
		Errors:       []benchmark.ErrorCount{},
		Generator:    benchmark.Generator{Shards: 1, InProcess: config.InProcess},
	}
	for _, level := range plan.SLO {
		report.SLO = append(report.SLO, benchmark.Level{Expression: level.String()})
	}
	return report
}

// report is the report of a phase, with nothing concluded from it yet.
func (r *run) report(p *phase) benchmark.Report {
	report := begin(r.config, r.plan, r.began)
	report.Finished = time.Now()
	report.Interrupted = r.interrupted()
	report.Exchanges = p.sum()
	report.Throughput = p.throughput()
	report.Response = summary(p.total.Times.Response, p.total.Times.Censored)
	report.Service = summary(p.total.Times.Service, p.total.Times.Censored)
	report.Lateness = summary(p.total.Times.Lateness, 0)
	report.Distribution.Response = percentiles(p.total.Times.Response)
	report.Distribution.Service = percentiles(p.total.Times.Service)
	report.Timeline = append(report.Timeline, p.seconds...)
	report.Errors = r.evidence.list()
	report.Generator = r.generator(p)
	if err := r.failure(); err != nil {
		report.Error = r.config.Redactor.Text(err.Error())
	}
	if r.raw != nil && r.raw.err != nil {
		report.Notes = append(report.Notes, "the raw results are not whole: "+r.raw.err.Error())
	}
	if why := r.lacked.Load(); why != nil {
		report.Notes = append(report.Notes, "what this machine could not send is the generator's: "+*why+
			"; give it more (ulimit -n, ip_local_port_range), or lower the rate")
	}
	for _, warm := range r.phases {
		if warm.name == WarmUp && warm != p {
			report.WarmUp = &benchmark.WarmUp{Seconds: warm.duration.Seconds(), Exchanges: warm.sum(),
				Response: summary(warm.total.Times.Response, warm.total.Times.Censored)}
		}
	}
	return report
}

// generator says what the phase cost, and where the generator fell short.
func (r *run) generator(p *phase) benchmark.Generator {
	sent := p.total.Counts().Sum()
	workers, connections := r.crew.size()
	g := benchmark.Generator{
		CPUSeconds: (p.after.cpu - p.before.cpu).Seconds(), MaxRSSBytes: p.after.maxRSS, Shards: 1, InProcess: r.config.InProcess,
		Workers: workers, Connections: connections, Protocol: r.wires.Protocol(),
		Unsent: p.unsent.Load(), Crowded: p.crowded.Load(),
	}
	if sent > 0 {
		g.CPUPerExchange = rounded(g.CPUSeconds / float64(sent))
	}
	g.Codes = since(r.codesNow(), p.codes0)
	return g
}

// codesNow is how the codes have been come by so far.
func (r *run) codesNow() (codes benchmark.Codes) {
	for _, stock := range r.stocks {
		if stock != nil {
			of := stock.Stats()
			codes.Minted += of.Minted
			codes.Aged += of.Aged
			codes.Starved += of.Starved
			codes.StarvedSeconds += of.StarvedFor.Seconds()
		}
	}
	for _, m := range r.mints {
		codes.Minters += m.Parallel()
	}
	return codes
}

func since(now, then benchmark.Codes) benchmark.Codes {
	now.Minted -= then.Minted
	now.Aged -= then.Aged
	now.Starved -= then.Starved
	now.StarvedSeconds = rounded(now.StarvedSeconds - then.StarvedSeconds)
	return now
}

// throughput is per second of the phase's time, or of as much of it as there was.
func (p *phase) throughput() benchmark.Throughput {
	over, achieved := p.spent.Seconds(), p.achieved
	if p.spent == 0 { // its time is not over yet
		over, achieved = min(p.elapsed, p.duration).Seconds(), p.total.Right()
	}
	if over == 0 {
		return benchmark.Throughput{}
	}
	return benchmark.Throughput{Offered: rounded(float64(p.offered.Load()) / over), Achieved: rounded(float64(achieved) / over)}
}

// summary sums up a histogram of nanoseconds.
func summary(h *hdrhistogram.Histogram, censored int64) benchmark.Times {
	if h.TotalCount() == 0 {
		return benchmark.Times{}
	}
	at := func(percentile float64) float64 { return inSeconds(h.ValueAtQuantile(percentile)) }
	return benchmark.Times{P50: at(50), P90: at(90), P95: at(95), P99: at(99), P999: at(99.9), Max: inSeconds(h.Max()),
		Mean: rounded(h.Mean() / 1e9), Samples: h.TotalCount(), Censored: censored}
}

// percentiles are the percentiles that a chart is drawn from: ever closer ones towards 100, as far as the samples carry.
func percentiles(h *hdrhistogram.Histogram) []benchmark.Point {
	points := []benchmark.Point{}
	for _, bracket := range h.CumulativeDistributionWithTicks(5) {
		points = append(points, benchmark.Point{Percentile: rounded(bracket.Quantile), Seconds: inSeconds(bracket.ValueAt)})
	}
	return points
}
