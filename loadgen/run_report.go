package loadgen

import (
	"math"
	"slices"
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/machine"
	"github.com/unified-login/assay/internal/peers"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/engine"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reach"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/remarks"
)

// Begin checks a configuration and returns the report of its run before the run: the plan, without figures. The error is
// for a plan that is not possible.
func Begin(config Config) (benchmark.Report, error) {
	plan, err := config.Plan.completed(config.Target, config.Search)
	if err != nil {
		return benchmark.Report{}, err
	}
	route, err := reach.New(config.RootCAs, config.Target.Transport)
	if err == nil {
		err = engine.Check(plan.Engine, config.Target.APIServers, route)
	}
	if err != nil {
		return benchmark.Report{}, err
	}
	report := emptyReport(config, plan, time.Now())
	if config.Search {
		report.Search = &benchmark.Search{Steps: []benchmark.Step{}}
	}
	return report, nil
}

func emptyReport(config Config, plan Plan, began time.Time) benchmark.Report {
	set := assay.Requirements()
	target := config.Target
	report := benchmark.Report{
		Schema:         benchmark.SchemaName,
		Suite:          benchmark.Suite{Version: config.Version, RequirementSet: set.Name, Digest: set.Digest},
		Implementation: target.Implementation,
		Target:         benchmark.Target{APIServers: target.APIServers, Driver: string(target.Driver.Kind()), Profiles: target.Profiles, Insecure: target.Transport.Insecure},
		Started:        began, Finished: began, Command: config.Command, Tags: config.Tags,
		Plan:         plan.report(),
		Distribution: benchmark.Distribution{Response: []benchmark.Point{}, Service: []benchmark.Point{}},
		SLO:          []benchmark.Level{},
		Timeline:     []benchmark.Second{},
		Errors:       []benchmark.ErrorCount{},
		Generator:    benchmark.Generator{Shards: 1, InProcess: config.InProcess, Machine: thisMachine()},
		NoiseFloor:   config.NoiseFloor,
	}
	for _, level := range plan.SLO {
		report.SLO = append(report.SLO, benchmark.Level{Expression: level.String()})
	}
	return report
}

// report returns the report of a phase, without conclusions.
func (r *run) report(p *phase) benchmark.Report {
	report := emptyReport(r.config, r.plan, r.began)
	times, signIns, all := &p.total.Times, p.total.Times.Sum(), p.total.Times.All()
	report.Finished = r.began.Add(time.Since(r.began)) // whatever was done to the clock
	report.Interrupted = r.interrupted()
	excuses := r.traffic.excuses()
	tooOld, proven := aged(p.total, excuses), r.traffic.reader.Users.Proven()
	found, retracted := condemned(p.total, proven)
	report.Exchanges = p.total.Exchanges().Excuse(tooOld[0] + tooOld[1]).Condemn(found[0] + found[1])
	parts := p.stretches.cut(min(p.elapsed, p.limit()))
	report.Response, report.Service = summaryOf(parts.response, &signIns.Response), summaryOf(parts.service, &signIns.Service)
	report.Lateness, report.All = summaryOf(parts.lateness, &times.Lateness), summaryOf(parts.all, &all)
	report.Refusals, report.Failures = summaryOf(parts.refusals, &times.Refusals), summaryOf(parts.failures, &times.Failures)
	report.Throughput = p.throughput(found[0]+found[1], parts.response)
	stages := r.byStage(p, report, excuses, proven)
	for _, one := range stages {
		report.ByStage = append(report.ByStage, one.figures)
	}
	if r.limit == nil { // a search decides its steps by what was observed
		report.Evidence = judgeStages(parts.evidence(report, r.plan.alpha(), signIns, times, &all), stages)
	}
	report.ErrorShare = errorShare(parts.response, report.Exchanges)
	report.ByEndpoint, report.ByServer = endpointFigures(p.total, parts, tooOld, found, p.catchUp.at), r.byServer(times)
	report.Distribution = distribution(&signIns)
	report.Compared = r.compared()
	report.Gap, report.Silence = inSeconds(int64(p.gap)), p.silent(time.Duration(signIns.Service.Values().Min()))
	if p.excuse(excuses); len(p.timeline) > 0 {
		report.Timeline = slices.Clip(p.timeline)
	}
	report.Generator = r.generator(p)
	report.Notes = r.notes()
	if note := r.plan.halfNote(); !note.IsZero() {
		report.Notes = append(report.Notes, note)
	}
	if !r.ended.IsZero() {
		report.Plan.Duration = p.duration().Seconds()
		report.Notes = append(report.Notes, r.ended)
	}
	if left, behind := p.behind(); behind {
		key := phrase.FellBehind
		if report.Starved() {
			key = phrase.CodesFellBehind
		}
		report.Notes = append(report.Notes, phrase.Say(key, left))
	}
	if err := r.failure(); err != nil {
		report.Error = phrase.Of(err).Map(r.config.Redactor.Text)
	}
	for _, warm := range r.phases {
		if warm.name == WarmUp && warm != p {
			before := aged(warm.total, excuses)
			report.WarmUp = warmUp(warm, min(0, p.total.Uncompared), before)
			report.WarmUp.Exchanges = report.WarmUp.Exchanges.Condemn(inWarmUp(warm.total, proven, retracted))
			tooOld[0], tooOld[1] = tooOld[0]+before[0], tooOld[1]+before[1]
		}
	}
	r.traffic.evidence.Prove(proven)
	report.Errors = r.traffic.evidence.List(tooOld)
	report.Notes = append(report.Notes, agedNotes(tooOld, excuses)...)
	return report
}

// thisMachine describes the machine that this process runs on, once.
var thisMachine = sync.OnceValue(func() *benchmark.Machine {
	d := machine.Describe()
	return &benchmark.Machine{CPU: d.CPU, Cores: d.Cores, Quota: d.Quota, MemoryBytes: d.Memory, OS: d.OS, Arch: d.Arch, Kernel: d.Kernel, GoVersion: d.Go}
})

// aged is how many exchanges were refused with codes that were kept too long, by endpoint.
func aged(w *ledger.Window, excuses [2]ledger.Excuse) (refusals [2]int64) {
	for i, excuse := range excuses {
		refusals[i] = excuse.Aged(w.Waited[i])
	}
	return refusals
}

// condemned is how many accepted exchanges were another user's, by endpoint, as proven suspicions say, and how many suspicions of
// an earlier phase were retracted.
func condemned(w *ledger.Window, proven [2]codes.Suspicion) (found [2]int64, retracted int64) {
	for i, n := range w.Found(proven) {
		found[i] = max(0, min(n, w.ByEndpoint[i][ledger.Accepted]))
		retracted += max(0, -n)
	}
	return found, retracted
}

// inWarmUp is how many accepted exchanges of a warm-up were another user's.
func inWarmUp(w *ledger.Window, proven [2]codes.Suspicion, retracted int64) int64 {
	found, _ := condemned(w, proven)
	return max(0, found[0]+found[1]-retracted)
}

// agedNotes say that codes waited too long in the buffers.
func agedNotes(refusals [2]int64, excuses [2]ledger.Excuse) (notes []phrase.Phrase) {
	for i, n := range refusals {
		switch endpoint := assay.Endpoints()[i]; {
		case n == 0:
		case excuses[i].Declared && excuses[i].Expiry == 0:
			notes = append(notes, phrase.Say(phrase.CodesRenewed, n, endpoint))
		case !excuses[i].Declared && excuses[i].Supersedes != codes.NotSuperseded:
			notes = append(notes, phrase.Say(phrase.CodesSuperseded, n, endpoint))
		default:
			age := time.Duration(excuses[i].Expiry) * codes.AgeStep
			notes = append(notes, phrase.Say(phrase.CodesExpired, n, endpoint, benchmark.Duration(age.Seconds())))
		}
	}
	return notes
}

// warmUp are the figures of a warm-up. confirmed, which is not above 0, says how many fewer of its exchanges have nothing to be
// compared with, because later ones confirmed them.
func warmUp(warm *phase, confirmed int64, aged [2]int64) *benchmark.WarmUp {
	signIns := warm.total.Times.Sum()
	exchanges := warm.total.Exchanges().Excuse(aged[0] + aged[1])
	exchanges.Uncompared = max(0, exchanges.Uncompared+confirmed)
	return &benchmark.WarmUp{Seconds: warm.duration().Seconds(), Exchanges: exchanges, Response: summary(&signIns.Response)}
}

// compared says of every member of the accepted answers of all phases how many had it and could be compared.
func (r *run) compared() (all []benchmark.Compared) {
	for i, member := range codes.AllMembers() {
		sum := benchmark.Compared{Member: member.String()}
		for _, p := range r.phases {
			sum.Answers += p.total.Members[i].Seen
			sum.Compared += p.total.Members[i].Compared
		}
		if sum.Answers > 0 {
			all = append(all, sum)
		}
	}
	return all
}

// endpointFigures are the figures of the endpoints at which something was sent. catchUp is what was sent in catch-ups, by their index.
func endpointFigures(w *ledger.Window, parts parts, aged, found [2]int64, catchUp func(int) benchmark.CatchUp) (all []benchmark.EndpointFigures) {
	for i, endpoint := range assay.Endpoints() {
		if counts := w.ByEndpoint[i]; counts.Sum() > 0 {
			exchanges, of := counts.Exchanges(w.Attempts[i]).Excuse(aged[i]).Condemn(found[i]), parts.byEndpoint[i]
			all = append(all, benchmark.EndpointFigures{Endpoint: endpoint, Exchanges: exchanges, ErrorShare: errorShare(of.response, exchanges),
				Response: summaryOf(of.response, &w.Times.SignIns[i].Response), Service: summaryOf(of.service, &w.Times.SignIns[i].Service),
				CatchUp: catchUp(i), Distribution: distribution(&w.Times.SignIns[i])})
		}
	}
	return all
}

// byServer are the figures of the API servers; nil if there is only one.
func (r *run) byServer(times *ledger.Times) (all []benchmark.ServerFigures) {
	servers := r.config.Target.APIServers
	if len(servers) == 1 {
		return nil
	}
	for i, server := range servers[:min(len(servers), len(times.Servers))] {
		all = append(all, benchmark.ServerFigures{APIServer: server, Service: summary(&times.Servers[i])})
	}
	return all
}

func (r *run) notes() (notes []phrase.Phrase) {
	if limit := r.config.Target.Declares.RateLimit; limit > 0 && r.plan.Peak() > limit {
		notes = append(notes, phrase.Say(phrase.AboveRateLimit, perSecond(r.plan.Peak()), perSecond(limit)))
	}
	if raw := r.traffic.raw; raw != nil && raw.Err() != nil {
		notes = append(notes, phrase.Say(phrase.RawIncomplete, raw.Err()))
	}
	if r.foreign {
		notes = append(notes, phrase.Say(phrase.EngineForeign))
	}
	for i, server := range r.config.Target.APIServers {
		peer := r.traffic.engine.Peer(i)
		notes = append(notes, remarks.Server(server, r.traffic.engine.Closing(i), peer.Addresses(), peer.Certificates(), r.traffic.route.Way(server))...)
		if r.traffic.engine.Deaf(i) && !r.foreign {
			notes = append(notes, phrase.Say(phrase.EngineDeaf, server))
		}
		notes = append(notes, heldBack(server, r.traffic.engine.Held(i))...)
		if r.plan.Reuse != (engine.Reuse{}) {
			notes = append(notes, opened(server, peer.Opened()))
		}
	}
	if why := r.traffic.exhausted.Load(); why != nil {
		notes = append(notes, phrase.Say(phrase.MachineFailed, *why))
	}
	return notes
}

// opened says what a plan about connections made of them.
func opened(server string, all peers.Opened) phrase.Phrase {
	if all.Secure == 0 {
		return phrase.Say(phrase.ConnectionsOpened, server, all.Connections)
	}
	return phrase.Say(phrase.HandshakesMade, server, all.Connections, all.Secure, all.Resumed)
}

// heldBack says that exchanges waited for a stream of HTTP/2, or for a window.
func heldBack(server string, held engine.Held) []phrase.Phrase {
	longest := benchmark.Duration(held.Longest.Seconds())
	switch {
	case held.Exchanges == 0:
		return nil
	case held.Streams == math.MaxUint32:
		return []phrase.Phrase{phrase.Say(phrase.WindowHeld, server, held.Exchanges, longest)}
	default:
		return []phrase.Phrase{phrase.Say(phrase.StreamsHeld, server, int64(held.Streams), held.Exchanges, longest, held.Connections)}
	}
}

// generator returns what the phase cost this machine, and where this machine was too slow.
func (r *run) generator(p *phase) benchmark.Generator {
	sent := p.total.Counts().Sum()
	_, connections := r.traffic.engine.Connections()
	g := benchmark.Generator{
		CPUSeconds: (p.usageNow.cpu - p.usageBefore.cpu).Seconds(), MaxRSSBytes: p.usageNow.maxRSS, Shards: 1, InProcess: r.config.InProcess, Machine: thisMachine(),
		Workers: r.pool.Peak(), Connections: connections, Protocol: r.traffic.engine.Protocol(), Engine: string(r.traffic.engine.Kind()),
		Unsent: p.Unsent(), Crowded: p.Crowded(), Short: p.Short(),
	}
	login, phone := p.catchUp.at(0), p.catchUp.at(1)
	waited := p.waitsNow.minus(p.waitsBefore)
	g.Delay = benchmark.Delay{Heartbeat: p.beats.times(), QueueSeconds: rounded(waited.queued.Seconds()),
		ThrottledSeconds: rounded(waited.throttled.Seconds()), ThrottledPeriods: waited.periods,
		CatchUp: login.Exchanges + phone.Exchanges, CatchUpErrors: login.Errors + phone.Errors}
	if sent > 0 {
		g.CPUPerExchange = rounded(g.CPUSeconds / float64(sent))
	}
	g.Codes = difference(r.traffic.codes(), p.codesBefore)
	return g
}

// difference is what happened between two counts; the number of minters is that of the later.
func difference(later, earlier benchmark.Codes) benchmark.Codes {
	waited := later.StarvedMean*float64(later.Starved) - earlier.StarvedMean*float64(earlier.Starved)
	later.Minted -= earlier.Minted
	later.Aged -= earlier.Aged
	later.Starved -= earlier.Starved
	later.StarvedMean = rounded(mean(max(0, waited), later.Starved))
	return later
}

// mean is sum divided by n; 0 of nothing.
func mean(sum float64, n int64) float64 {
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// checkpoint gives the report so far to the caller, for it to keep. In the warm-up nothing is measured yet.
func (r *run) checkpoint(p *phase) {
	if p.name == WarmUp {
		p = newPhase(r.ctx, Measured, nil, r.plan.Duration)
		p.codesBefore = r.traffic.codes()
	}
	interim := r.report(p)
	interim.Interrupted = true
	if r.limit != nil {
		limit := *r.limit
		interim.Search, interim.Limit = &limit, r.between
	}
	r.config.Checkpoint(benchmark.Conclude(interim), p.histograms())
}
