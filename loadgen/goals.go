package loadgen

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/loadgen/arrivals"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/uncertain"
)

// A Goal is what a run has to know before it may end: whether a service level holds or, without one, a figure within a share of itself.
type Goal struct {
	// SLO is zero for a goal on a figure.
	SLO assay.SLO
	// Metric is a percentile or the mean of the response time of sign-ins, and Within half of the width of its interval, as a share of it.
	Metric assay.Metric
	Within float64
	text   string
}

// String is the goal as it was written.
func (g Goal) String() string { return g.text }

// ParseGoal reads a goal: a service level like p99<50ms, or a figure and how far off it may be, like p99:5%. An error is one line that begins
// with the text in quotes.
func ParseGoal(text string) (Goal, error) {
	name, share, found := strings.Cut(text, ":")
	if !found {
		slo, err := assay.ParseSLO(text)
		return Goal{SLO: slo, Metric: slo.Metric, text: slo.Expression}, err
	}
	metric := assay.Metric(strings.TrimSpace(name))
	if metric.Quantile() == 0 && metric != assay.MetricMean {
		return Goal{}, phrase.Failed(phrase.GoalFigure, fmt.Sprintf("%.40q", text), fmt.Sprintf("%.40q", name), "p99:5%")
	}
	within, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(share), "%"), 64)
	if err != nil || !strings.HasSuffix(text, "%") || !(within > 0 && within < 100) {
		return Goal{}, phrase.Failed(phrase.GoalWidth, fmt.Sprintf("%.40q", text), "p99:5%")
	}
	return Goal{Metric: metric, Within: within / 100, text: text}, nil
}

// known reports whether the parts of a run tell the goal.
func (g Goal) known(p parts, c uncertain.Conditions) bool {
	if g.Within == 0 {
		return p.of(g.SLO.Scope).Judge(g.SLO, c).Verdict != uncertain.NotKnown
	}
	confidence := 1 - c.Alpha
	if g.Metric == assay.MetricMean {
		return p.response.Mean(confidence).HalfWidth() <= g.Within
	}
	return p.response.Percentile(g.Metric.Quantile(), confidence, nil).HalfWidth() <= g.Within
}

// goals are those of Until as they were written.
func (p Plan) goals() (all []string) {
	for _, goal := range p.Until {
		all = append(all, goal.String())
	}
	return all
}

// alpha is the share of runs in which one look may be wrong; 0 where there is only one.
func (p Plan) alpha() float64 {
	if len(p.looks) == 0 {
		return 0
	}
	return uncertain.LookAlpha
}

// slots is the duration by which the parts of a phase are cut: that of the first look, so that each look is at the end of a part.
func (p Plan) slots(duration time.Duration) time.Duration {
	if len(p.looks) == 0 || duration != p.Duration {
		return duration
	}
	return p.looks[0]
}

// withLooks is the plan with the moments at which it is judged, as long as the last of them. A goal on a service level is one of SLO, too.
func (p Plan) withLooks() (Plan, error) {
	const halvings = 3
	if p.looks != nil || len(p.Until) == 0 && !p.AbortOnViolated {
		return p, nil
	}
	if !p.Closed && p.Shape != arrivals.Constant && p.Shape != arrivals.Poisson || p.Closed && len(p.Until) > 0 {
		return p, errors.New("a run that ends when something is known needs one rate; use the shape constant or poisson")
	}
	first := p.Duration
	if len(p.Until) == 0 {
		first = p.Duration >> halvings
	}
	p.looks = uncertain.Looks(first)
	if len(p.Until) == 0 {
		p.looks[len(p.looks)-1] = p.Duration
	}
	if p.Duration = p.looks[len(p.looks)-1]; p.Duration > MaxDuration {
		return p, fmt.Errorf("the run may take 8 times %s, which is more than %s; use a shorter duration", first, MaxDuration)
	}
	p.SLO = slices.Clone(p.SLO)
	for _, goal := range p.Until {
		given := func(slo assay.SLO) bool { return slo.Expression == goal.SLO.Expression }
		if goal.Within == 0 && !slices.ContainsFunc(p.SLO, given) {
			p.SLO = append(p.SLO, goal.SLO)
		}
	}
	return p, nil
}
