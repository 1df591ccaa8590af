package loadgen

import (
	"sync"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/codes"
	"github.com/unified-login/assay/loadgen/ledger"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/uncertain"
)

// A stageCount counts what is due in one stage of a phase. It is safe for concurrent use.
type stageCount struct {
	name     string
	from, to time.Duration // after the start of the phase
	catchUp  catchUp
	parts    stretches

	mu     sync.Mutex
	window *ledger.Window
}

// stageCounts are those of the stages of a plan; nil without stages.
func (p Plan) stageCounts() (all []*stageCount) {
	from := time.Duration(0)
	for _, stage := range p.Stages {
		all = append(all, &stageCount{name: stage.Name, from: from, to: from + stage.Duration, window: ledger.NewWindow()})
		from += stage.Duration
	}
	return all
}

// begin prepares for a phase that starts at a moment.
func (s *stageCount) begin(start time.Time) {
	s.parts.start = start.Add(s.from)
	for _, blocks := range s.parts.all() {
		blocks.Every = uncertain.BlockLength(s.to - s.from)
	}
}

// stageAt is the stage in which something is due; nil without stages.
func (p *phase) stageAt(due time.Duration) *stageCount {
	for i, stage := range p.stages {
		if due < stage.to || i == len(p.stages)-1 {
			return stage
		}
	}
	return nil
}

// stageNow is the name of the stage in the middle of the second before the last count; empty without stages, and when the last is over.
func (p *phase) stageNow() string {
	if stage := p.stageAt(p.elapsed - time.Second/2); stage != nil && p.elapsed < stage.to {
		return stage.name
	}
	return ""
}

// countStage counts an exchange in the stage in which it was due.
func (p *phase) countStage(x *ledger.Exchange, verdict ledger.Verdict, sample ledger.Sample, tried ledger.Attempts) {
	if len(p.stages) == 0 {
		return
	}
	s := p.stageAt(x.Due.Sub(p.Start()))
	s.parts.count(x, sample, tried)
	s.catchUp.count(x, verdict, tried)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.window.Record(sample, tried)
}

// counted is a copy of what was counted so far.
func (s *stageCount) counted() *ledger.Window {
	s.mu.Lock()
	defer s.mu.Unlock()
	window := ledger.NewWindow()
	window.Add(s.window)
	return window
}

// A stageReport has the figures of a stage, and what judges the service levels about it.
type stageReport struct {
	figures benchmark.StageFigures
	judge   benchmark.Evidence
}

// byStage reports the stages of a phase that were begun. The report has the plan of the run.
func (r *run) byStage(p *phase, report benchmark.Report, excuses [2]ledger.Excuse, proven [2]codes.Suspicion) (all []stageReport) {
	over := min(p.elapsed, p.limit())
	left, behind := p.behind()
	for i, s := range p.stages {
		measured := min(over, s.to) - s.from
		if measured <= 0 {
			break
		}
		w, parts := s.counted(), s.parts.cut(measured)
		found, _ := condemned(w, proven)
		late := int64(0)
		if behind && i == len(p.stages)-1 {
			late = left
		}
		one := stageReport{figures: s.figures(w, parts, aged(w, excuses), found)}
		one.figures.Seconds = measured.Seconds()
		one.figures.Throughput = p.throughputOf(s, measured, max(0, w.Right()-found[0]-found[1]-late), parts.response, late+found[0]+found[1] == 0)
		report.Throughput = one.figures.Throughput
		signIns := w.Times.Sum()
		sum := w.Times.All()
		one.judge = parts.evidence(report, r.plan.alpha(), signIns, &w.Times, &sum)
		all = append(all, one)
	}
	return all
}

// figures are those of a stage but its time and its throughput.
func (s *stageCount) figures(w *ledger.Window, parts parts, aged, found [2]int64) benchmark.StageFigures {
	signIns := w.Times.Sum()
	all := w.Times.All()
	login, phone := s.catchUp.at(0), s.catchUp.at(1)
	f := benchmark.StageFigures{Name: s.name, Exchanges: w.Exchanges().Excuse(aged[0] + aged[1]).Condemn(found[0] + found[1]),
		Response: summaryOf(parts.response, &signIns.Response), Service: summaryOf(parts.service, &signIns.Service),
		Lateness: summaryOf(parts.lateness, &w.Times.Lateness), All: summaryOf(parts.all, &all),
		Refusals: summaryOf(parts.refusals, &w.Times.Refusals), Failures: summaryOf(parts.failures, &w.Times.Failures),
		ByEndpoint: endpointFigures(w, parts, aged, found, s.catchUp.at),
		CatchUp:    benchmark.CatchUp{Exchanges: login.Exchanges + phone.Exchanges, Errors: login.Errors + phone.Errors}}
	f.ErrorShare = errorShare(parts.response, f.Exchanges)
	for i := range f.ByEndpoint {
		f.ByEndpoint[i].Distribution = benchmark.Distribution{} // no chart shows it
	}
	return f
}

// throughputOf is that of a measured part of a stage, in which so many arrivals had correct answers. exact says that all of them are known.
func (p *phase) throughputOf(s *stageCount, measured time.Duration, achieved int64, run uncertain.Run, exact bool) benchmark.Throughput {
	before := p.due(s.from, 0)
	throughput := benchmark.Throughput{Offered: perSecondOf(p.due(s.from+measured, before)-before, measured), Achieved: perSecondOf(achieved, measured)}
	if exact && p.Unsent() == 0 {
		throughput.Interval = intervalOf(throughput, run)
	}
	return throughput
}

// judgeStages is the evidence of a run with stages: of the whole run for service levels about it, and of a stage for others.
func judgeStages(whole benchmark.Evidence, stages []stageReport) benchmark.Evidence {
	return func(slo assay.SLO, counted uncertain.Part) uncertain.Judgement {
		if slo.Stage == "" {
			return whole(slo, counted)
		}
		for _, one := range stages {
			if one.figures.Name == slo.Stage {
				return one.judge(slo, counted)
			}
		}
		return uncertain.Judgement{Verdict: uncertain.NotKnown, Reason: uncertain.Nothing}
	}
}
