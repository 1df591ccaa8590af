package benchmark

import (
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// A Delay says what kept the generator itself from running, and what it sent when it caught up. The zero value is unknown.
type Delay struct {
	// Heartbeat is how late a task ran that was due a hundred times a second, beside the exchanges. No target can delay it, and
	// an answer is read as late as it.
	Heartbeat Times `json:"heartbeat"`
	// QueueSeconds is how long the process's threads waited in total for a CPU, and ThrottledSeconds how long the quota of its
	// cgroup stopped it, in ThrottledPeriods periods of the quota.
	QueueSeconds     float64 `json:"queueSeconds"`
	ThrottledSeconds float64 `json:"throttledSeconds"`
	ThrottledPeriods int64   `json:"throttledPeriods"`
	// CatchUp are the exchanges that were sent while the generator caught up with its schedule, more at once than was planned,
	// and CatchUpErrors those of them that are errors.
	CatchUp       int64 `json:"catchUp"`
	CatchUpErrors int64 `json:"catchUpErrors"`
}

// CatchUp are exchanges that were sent in catch-ups, and those of them that are errors: see [Exchanges.ErrorShare].
type CatchUp struct {
	Exchanges int64 `json:"exchanges"`
	Errors    int64 `json:"errors"`
}

const (
	// fewestBeats is how many beats tell how late the generator ran: those of a second.
	fewestBeats = 100
	// quickest is less than any exchange over a network takes, in seconds: a level below it is violated by every target.
	quickest = 20e-6
	// waitsPerExchange is how often an exchange waits for the generator.
	waitsPerExchange = 2
	// waitShare of the measured time may go to waiting for a CPU, or to a quota, and not be worth a word.
	waitShare = 0.01
	// fewestPeriods is how many times a quota has to stop the generator to be more than a hiccup.
	fewestPeriods = 10
	// steady is the share of the exchanges that have to be outside of catch-ups to judge the errors by them alone.
	steady = 0.9
)

// OwnDelay is how late the generator itself ran at a metric of times, in seconds: by its heartbeat, and by what --calibrate
// measured of a target that takes no time. It is 0 where neither is known.
func (r Report) OwnDelay(metric assay.Metric) (late float64) {
	if beats := r.Generator.Delay.Heartbeat; beats.Samples >= fewestBeats {
		late = beats.of(metric)
	}
	if r.NoiseFloor != nil {
		late = max(late, r.NoiseFloor.Service.of(metric))
	}
	return late
}

// significant reports whether a delay of the generator bears on a time.
func significant(delay, time float64) bool { return delay > max(lateAlways, lateShare*time) }

// slowAlone reports whether the target violates a level on times, whatever the generator added to its answers. An exchange
// waits for the generator twice: until its request is on its way, and until its answer is read. Of the exchanges beyond the
// bound and two delays d, at most as many are the generator's as had a longer delay in either: what is left is the target's,
// for any d.
func (r Report) slowAlone(slo assay.SLO) bool {
	violated := func(service, delay float64) bool { return !slo.Holds(service - delay) }
	service, q := r.serviceOf(slo).of(slo.Metric), slo.Metric.Quantile()
	switch {
	case slo.Bound < quickest:
		return violated(service, 0)
	case q == 0: // the maximum, or the mean
		return violated(service, waitsPerExchange*r.OwnDelay(slo.Metric))
	}
	for _, tail := range []struct {
		metric assay.Metric
		beyond float64
	}{{assay.MetricMax, 0}, {assay.MetricP999, 0.001}, {assay.MetricP99, 0.01}, {assay.MetricP95, 0.05}, {assay.MetricP90, 0.1}, {assay.MetricP50, 0.5}} {
		at := service
		if tail.beyond > 0 {
			at = r.serviceAt(slo, q-waitsPerExchange*tail.beyond)
		}
		if violated(at, waitsPerExchange*r.OwnDelay(tail.metric)) {
			return true
		}
	}
	return false
}

// serviceAt is a service time that at most a share q of the exchanges that a level is about kept below; 0 where no such time is
// known.
func (r Report) serviceAt(slo assay.SLO, q float64) (seconds float64) {
	const rounding = 1e-9
	times := r.serviceOf(slo)
	for _, metric := range assay.Metrics() {
		if own := metric.Quantile(); own > 0 && own <= q+rounding {
			seconds = max(seconds, times.of(metric))
		}
	}
	if slo.Scope != "" {
		return seconds
	}
	for _, point := range r.Distribution.Service {
		if point.Percentile/100 <= q+rounding {
			seconds = max(seconds, point.Seconds)
		}
	}
	return seconds
}

// OwnErrors is the share of errors that the target made under the load that was planned, as far as that can be told.
func (r Report) OwnErrors() float64 { return r.errorsByItself("") }

// errorsByItself is the share of errors that the target made under the load that was planned, of what a scope covers. Answers of
// overload that came while the generator sent more at once than that are not in it, unless it was the target that made the
// generator wait.
func (r Report) errorsByItself(scope assay.Scope) float64 {
	const fewest = 100
	e, burst := r.exchangesOf(scope), r.catchUpOf(scope)
	failed, of := e.errors(scope)
	all := share(failed, of)
	if burst.Errors == 0 || r.Generator.Crowded > 0 {
		return all
	}
	// No burst brings about other errors than those of overload, nor any error outside of it.
	own := share(max(failed-e.Overload(), failed-burst.Errors), of)
	if outside := of - burst.Exchanges; outside >= fewest {
		own = max(own, share(max(0, failed-burst.Errors), outside))
	}
	return min(all, own)
}

// catchUpOf is what was sent in catch-ups, of what a scope covers.
func (r Report) catchUpOf(scope assay.Scope) CatchUp {
	if endpoint := scope.Endpoint(); endpoint != "" {
		return r.endpoint(endpoint).CatchUp
	}
	if scope == assay.ScopeRefusals {
		return CatchUp{} // whose errors are not known apart
	}
	return CatchUp{r.Generator.Delay.CatchUp, r.Generator.Delay.CatchUpErrors}
}

// onSchedule reports whether so few exchanges were sent in catch-ups that the others tell a service level on errors.
func (r Report) onSchedule(slo assay.SLO) bool {
	_, of := r.errorsOf(slo.Scope)
	outside := of - r.catchUpOf(slo.Scope).Exchanges
	return float64(outside) >= steady*float64(of) && outside >= int64(slo.MinSamples())
}

// excused are the violated levels that the generator's own delays explain, as reasons; empty if there is no such level.
func (r Report) excused() (reasons []phrase.Phrase) {
	for _, level := range r.SLO {
		if reason := r.excuse(level); !reason.IsZero() {
			reasons = append(reasons, reason)
		}
	}
	return reasons
}

// excuse says how the generator's own delays explain that a level is violated; zero if they do not.
func (r Report) excuse(level Level) phrase.Phrase {
	slo, err := assay.ParseSLO(level.Expression)
	r = r.within(slo.Stage)
	switch {
	case err != nil || level.Verdict != DoesNotHold || r.byItself(slo) || slo.Metric == assay.MetricThroughput:
		return phrase.Phrase{}
	case slo.Metric == assay.MetricErrors:
		burst := r.catchUpOf(slo.Scope)
		return phrase.Say(phrase.CatchUpErrors, level.Expression, burst.Errors, burst.Exchanges)
	case significant(r.OwnDelay(slo.Metric), r.timesOf(slo).of(slo.Metric)):
		return phrase.Say(phrase.OwnDelay, level.Expression, Duration(r.OwnDelay(slo.Metric)), slo.Metric)
	default:
		return phrase.Phrase{}
	}
}

// pardoned are the levels, of which those are not known whose violation the generator's own delays explain: the target is to blame for
// others only.
func (r Report) pardoned() []Level {
	levels := slices.Clone(r.SLO)
	for i, level := range levels {
		if reason := r.excuse(level); !reason.IsZero() {
			levels[i].Verdict, levels[i].Reason = NotKnown, reason
		}
	}
	return levels
}

// byItself reports whether a level is violated by the target alone.
func (r Report) byItself(slo assay.SLO) bool {
	r = r.within(slo.Stage)
	switch slo.Metric {
	case assay.MetricThroughput:
		return false
	case assay.MetricErrors:
		return !slo.Holds(r.errorsByItself(slo.Scope))
	default:
		return r.slowAlone(slo)
	}
}

// NotableDelay is what kept the generator from running and is worth a word; everything else of it is 0.
func (r Report) NotableDelay() (d Delay) {
	all, worthwhile := r.Generator.Delay, waitShare*r.Plan.Duration
	if beats := all.Heartbeat; beats.Samples >= fewestBeats && beats.P99 > lateAlways {
		d.Heartbeat = beats
	}
	if all.ThrottledSeconds > worthwhile {
		d.ThrottledSeconds, d.ThrottledPeriods = all.ThrottledSeconds, all.ThrottledPeriods
	}
	if all.QueueSeconds > worthwhile {
		d.QueueSeconds = all.QueueSeconds
	}
	return d
}

// causes say why the generator did not run when it was due, as far as the system says.
func (r Report) causes() (causes []phrase.Phrase) {
	d := r.NotableDelay()
	if d.Heartbeat.Samples > 0 {
		causes = append(causes, phrase.Say(phrase.HeartbeatLate, Duration(d.Heartbeat.P99)))
	}
	if d.ThrottledSeconds > 0 {
		causes = append(causes, phrase.Say(phrase.Throttled, Duration(d.ThrottledSeconds), d.ThrottledPeriods))
	}
	if d.QueueSeconds > 0 {
		causes = append(causes, phrase.Say(phrase.Queued, Duration(d.QueueSeconds)))
	}
	return causes
}

// lateness is the highest percentile of the lateness that the samples carry; 0 where they carry none.
func (r Report) lateness() (float64, assay.Metric) {
	for _, metric := range []assay.Metric{assay.MetricP99, assay.MetricP95, assay.MetricP90} {
		if r.Lateness.Samples >= int64(assay.SLO{Metric: metric}.MinSamples()) {
			return r.Lateness.of(metric), metric
		}
	}
	return 0, assay.MetricP90
}

// aboutTimes reports whether a service level bounds response times.
func (r Report) aboutTimes() bool {
	return slices.ContainsFunc(r.SLO, func(level Level) bool {
		slo, err := assay.ParseSLO(level.Expression)
		return err == nil && slo.Metric != assay.MetricErrors && slo.Metric != assay.MetricThroughput
	})
}

// slowed says that a CPU quota kept the generator from running, again and again, for as long as bears on the service times; zero where it
// did not. A heartbeat alone does not tell: a single stop makes a hundredth of the beats of a short run late.
func (r Report) slowed() phrase.Phrase {
	d := r.NotableDelay()
	if d.ThrottledPeriods < fewestPeriods || !significant(d.Heartbeat.P99, r.Service.P99) {
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.HeartbeatIncluded, phrase.Join(r.causes()...))
}

// remarks are what a pass, and a run that cannot tell, has to say of the generator's own part in the figures; empty if it had none.
func (r Report) remarks() (remarks []phrase.Phrase) {
	switch {
	case r.Outcome == Unknown && r.aboutTimes():
		return []phrase.Phrase{r.slowed()}
	case r.Outcome != Passed:
		return nil
	}
	late, beats := r.late(), r.Generator.Delay.Heartbeat
	switch {
	case !late.IsZero() && r.aboutTimes():
		remarks = append(remarks, phrase.Say(phrase.LateButHolds, late))
	case !late.IsZero():
		remarks = append(remarks, phrase.Say(phrase.LateIncluded, late))
	case beats.Samples >= fewestBeats && significant(beats.P99, r.Service.P99):
		remarks = append(remarks, phrase.Say(phrase.HeartbeatIncluded, phrase.Say(phrase.HeartbeatLate, Duration(beats.P99))))
	}
	if d := r.NotableDelay(); len(remarks) > 0 && d.ThrottledSeconds > 0 {
		remarks = append(remarks, phrase.Say(phrase.Throttled, Duration(d.ThrottledSeconds), d.ThrottledPeriods))
	}
	for _, level := range r.SLO {
		slo, err := assay.ParseSLO(level.Expression)
		if err != nil || slo.Metric != assay.MetricErrors {
			continue
		}
		of := r.within(slo.Stage)
		if share := share(of.errorsOf(slo.Scope)); !slo.Holds(share) {
			burst := of.catchUpOf(slo.Scope)
			return append(remarks, phrase.Say(phrase.CatchUpLeftOut, burst.Errors, burst.Exchanges, Percent(share)))
		}
	}
	return remarks
}

// slowByItself reports whether the target alone violates a service level, whatever the generator did.
func (r Report) slowByItself() bool {
	return slices.ContainsFunc(r.SLO, func(level Level) bool {
		slo, err := assay.ParseSLO(level.Expression)
		return err == nil && r.byItself(slo)
	})
}
