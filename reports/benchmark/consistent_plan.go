package benchmark

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/unified-login/assay/reports/phrase"
)

// misplanned says in what the report is not of its plan.
func (r Report) misplanned() phrase.Phrase {
	if r.Exchanges.Sent == 0 {
		return phrase.Phrase{}
	}
	switch warm := r.WarmUp; {
	case warm == nil && r.Plan.WarmUp > 0:
		return phrase.Say(phrase.Contradicts, "plan.warmUp "+Span(r.Plan.WarmUp), "a report without warmUp")
	case warm != nil && warm.Seconds != r.Plan.WarmUp:
		return phrase.Say(phrase.Contradicts, "plan.warmUp "+Span(r.Plan.WarmUp), "warmUp.seconds "+Span(warm.Seconds))
	case warm != nil:
		if times := warm.Response; !times.ordered() || times.Samples != warm.Exchanges.Accepted+warm.Exchanges.FoundLate+times.Censored {
			return phrase.Say(phrase.Contradicts, "warmUp.response", "warmUp.exchanges, or the order of its percentiles")
		}
	}
	return r.misrated()
}

// misrated says that a throughput is not what was counted in the time of the plan.
func (r Report) misrated() phrase.Phrase {
	if !r.ended() || r.Plan.Duration <= 0 {
		return phrase.Phrase{}
	}
	e := r.Exchanges
	offered, achieved := r.Throughput.Offered*r.Plan.Duration, r.Throughput.Achieved*r.Plan.Duration
	due := 0.0
	for _, row := range r.Timeline {
		due += float64(row.Offered)
	}
	if len(r.Timeline) > 0 && math.Abs(offered-due) > 1 {
		return phrase.Say(phrase.Contradicts, "throughput.offered "+Rate(r.Throughput.Offered), fmt.Sprintf("the sum of timeline offered %.0f", due))
	}
	if found := r.misscheduled(due); !found.IsZero() {
		return found
	}
	least := float64(e.Right() - e.RacesSent) // the two exchanges of a race are one arrival
	most := least + float64(min(e.RacesSent, (e.Incorrect()+e.Failed())/2))
	if r.Plan.Shape == Closed {
		least -= 2 * float64(r.Plan.InFlight) // which may have been answered after the time
	}
	if slices.ContainsFunc(r.Notes, func(note phrase.Phrase) bool {
		return note.Key() == phrase.FellBehind || note.Key() == phrase.CodesFellBehind
	}) {
		least = 0
	}
	if achieved > most+1 || achieved < least-1 {
		return phrase.Say(phrase.Contradicts, "throughput.achieved "+Rate(r.Throughput.Achieved), fmt.Sprintf("correct answers %d in %s", e.Right(), Span(r.Plan.Duration)))
	}
	return phrase.Phrase{}
}

// mistaken says that a run cannot have taken the time from its start to its end.
func (r Report) mistaken() phrase.Phrase {
	if !r.ended() {
		return phrase.Phrase{}
	}
	const before, rest, rounding = time.Hour, 10 * time.Second, time.Millisecond // what the driver takes, and pauses
	least, most := r.Plan.WarmUp+r.Plan.Duration, r.Plan.WarmUp+r.Plan.Duration+2*r.Plan.Timeout
	if r.Search != nil {
		least, most = r.Plan.WarmUp, r.Plan.WarmUp+2*r.Plan.Timeout
		for _, step := range r.Search.Steps {
			least, most = least+step.Seconds, most+step.Seconds+2*r.Plan.Timeout+rest.Seconds()
		}
	}
	if took := r.Finished.Sub(r.Started); took < seconds(least)-rounding || took > seconds(most)+before {
		return phrase.Say(phrase.Contradicts, fmt.Sprintf("finished, %s after started", took.Round(time.Second)), "a plan of "+Span(least))
	}
	return phrase.Phrase{}
}

// seconds is a time as a duration.
func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// missearched says in what a search contradicts its steps.
func (r Report) missearched() phrase.Phrase {
	if r.Search == nil {
		return phrase.Phrase{}
	}
	held := false
	for _, step := range r.Search.Steps {
		if step.Holds != (step.Outcome == Passed) {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("search: the step at %s", PlannedRate(step.Rate)), "its outcome "+string(step.Outcome))
		}
		held = held || step.Holds && step.Phase == "confirm" && step.Rate == r.Search.Limit
	}
	switch {
	case r.Search.Confirmed != (r.Search.Limit > 0), r.Search.Confirmed && !held:
		return phrase.Say(phrase.Contradicts, "search.limit "+Rate(r.Search.Limit), "its steps")
	case r.Search.Confirmed && r.ended() && r.Plan.Rate != r.Search.Limit:
		return phrase.Say(phrase.Contradicts, "search.limit "+Rate(r.Search.Limit), "plan.rate "+PlannedRate(r.Plan.Rate))
	default:
		return phrase.Phrase{}
	}
}

// misscheduled says that the arrivals are not those of the schedule, or were not sent as it says.
func (r Report) misscheduled(due float64) phrase.Phrase {
	if r.Plan.Shape == Closed {
		return phrase.Phrase{}
	}
	offered := r.Throughput.Offered
	low, high, slack := r.Plan.offers()
	if offered < low-slack || offered > high+slack {
		return phrase.Say(phrase.Contradicts, "throughput.offered "+Rate(offered), "plan.rate "+PlannedRate(r.Plan.Rate))
	}
	arrivals := r.Exchanges.Sent - r.Exchanges.RacesSent + r.Generator.Unsent
	if due != float64(arrivals) {
		return phrase.Say(phrase.Contradicts, fmt.Sprintf("the sum of timeline offered %.0f", due), fmt.Sprintf("arrivals that were sent, or never sent: %d", arrivals))
	}
	return phrase.Phrase{}
}
