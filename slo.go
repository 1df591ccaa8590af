package assay

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unified-login/assay/internal/told"
	"github.com/unified-login/assay/internal/words"
)

// A Metric is what a service level bounds.
type Metric string

// The metrics: percentiles, maximum and mean of the response time of sign-ins in seconds, the share of exchanges that failed, and
// the exchanges accepted per second.
const (
	MetricP50        Metric = "p50"
	MetricP90        Metric = "p90"
	MetricP95        Metric = "p95"
	MetricP99        Metric = "p99"
	MetricP999       Metric = "p999"
	MetricMax        Metric = "max"
	MetricMean       Metric = "mean"
	MetricErrors     Metric = "errors"
	MetricThroughput Metric = "throughput"
)

// Metrics lists every metric.
func Metrics() []Metric {
	return []Metric{
		MetricP50, MetricP90, MetricP95, MetricP99, MetricP999, MetricMax, MetricMean, MetricErrors, MetricThroughput,
	}
}

// Quantile is the quantile of a percentile, 0.99 for p99; 0 for any other metric.
func (m Metric) Quantile() float64 {
	return map[Metric]float64{MetricP50: 0.5, MetricP90: 0.9, MetricP95: 0.95, MetricP99: 0.99, MetricP999: 0.999}[m]
}

// A Scope is what a service level is about; empty for all sign-ins, which are the exchanges that were accepted.
type Scope string

// The scopes. Throughput has none.
const (
	ScopeLogin    Scope = "login"    // sign-ins by a login
	ScopePhone    Scope = "phone"    // and by a phone number
	ScopeRefusals Scope = "refusals" // exchanges that were refused rightly: replays, and those with an unknown PAT
	ScopeAll      Scope = "all"      // every exchange, failed ones included
)

// Endpoint is the endpoint of a scope; empty for a scope that is not about one.
func (s Scope) Endpoint() Endpoint {
	return map[Scope]Endpoint{ScopeLogin: Login, ScopePhone: Phone}[s]
}

// An SLO is a service level: a bound that a metric of a load run has to keep. The zero value never holds.
type SLO struct {
	// Stage is the stage of the load plan that it is about; empty for the whole run.
	Stage    string
	Scope    Scope
	Metric   Metric
	Operator string  // < or <=, and of throughput > or >=
	Bound    float64 // seconds, a share from 0 to 1, or exchanges per second
	// Expression is the text that was parsed, without space around its parts: "p99<50ms".
	Expression string
}

// String is the expression.
func (s SLO) String() string { return s.Expression }

// Holds reports whether the observed value, in the unit of the bound, keeps it. NaN keeps no bound.
func (s SLO) Holds(observed float64) bool {
	switch s.Operator {
	case "<":
		return observed < s.Bound
	case "<=":
		return observed <= s.Bound
	case ">":
		return observed > s.Bound
	case ">=":
		return observed >= s.Bound
	default:
		return false
	}
}

// MinSamples is the number of exchanges that a judgement of the metric needs. A percentile needs ten exchanges beyond it:
// 1000 for p99, 10 000 for p999. A share of errors needs so many that a single error does not exceed it, at least a
// hundred and at most a million. Any other metric needs a hundred.
func (s SLO) MinSamples() int {
	const beyond, least, most = 10, 100, 1_000_000
	if quantile := s.Metric.Quantile(); quantile > 0 {
		return int(math.Round(beyond / (1 - quantile)))
	}
	if s.Metric != MetricErrors || s.Bound == 0 {
		return least
	}
	return int(min(max(least, math.Ceil(1/s.Bound)), most))
}

// ParseSLO reads a service level: a metric, an operator and a bound. A scope may stand before the metric: "login.p99<50ms" is
// about the logins, and "all.p99<50ms" about failed exchanges, too; and a stage before both: "peak/login.p99<50ms". Response times are bounded by a duration, "p99<50ms",
// errors by a share, "errors<0.1%" or "errors<0.001", and throughput by a rate or a number per second,
// "throughput>=400/s". One that holds when the service is bad, such as "p99>50ms", is refused as a mistake. An error is
// one line that begins with the text in quotes; it wraps one without the text.
func ParseSLO(text string) (SLO, error) {
	slo, err := parseSLO(text)
	if err != nil {
		return SLO{}, told.Failed(told.Quoted, inQuotes(text), err)
	}
	return slo, nil
}

// parseSLO is ParseSLO with errors that do not begin with the text.
func parseSLO(text string) (SLO, error) {
	const signs = "<>="
	begin := strings.IndexAny(text, signs)
	if begin < 0 {
		return SLO{}, told.Failed(told.LevelForm)
	}
	rest := strings.TrimLeft(text[begin:], signs)
	name := strings.TrimSpace(text[:begin])
	slo := SLO{Metric: Metric(name), Operator: text[begin : len(text)-len(rest)]}
	figure := name
	if stage, rest, staged := strings.Cut(name, "/"); staged {
		if err := CheckStage(stage); err != nil {
			return SLO{}, err
		}
		slo.Stage, figure = stage, rest
		slo.Metric = Metric(figure)
	}
	if scope, metric, scoped := strings.Cut(figure, "."); scoped && scope != "" && !strings.HasPrefix(metric, "9") { // p99.9 is no scope
		slo.Scope, slo.Metric = Scope(scope), Metric(metric)
	}
	bound := strings.TrimSpace(rest)
	slo.Expression = name + slo.Operator + bound
	if err := slo.check(); err != nil {
		return SLO{}, err
	}
	var err error
	slo.Bound, err = slo.parseBound(bound)
	return slo, err
}

// longestStage is the length of the name of a stage.
const longestStage = 32

// CheckStage returns an error for what cannot be the name of a stage. It completes a sentence about the name.
func CheckStage(name string) error {
	const letters, others = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789_-"
	if len(name) == 0 || len(name) > longestStage || strings.Trim(name, letters+others) != "" || strings.Contains(others, name[:1]) {
		return told.Failed(told.LevelStageName, fmt.Sprintf("%.40q", name), longestStage-1)
	}
	return nil
}

// Whole is the same service level about the whole run.
func (s SLO) Whole() SLO {
	s.Expression = strings.TrimPrefix(s.Expression, s.Stage+"/")
	s.Stage = ""
	return s
}

// check refuses an unknown metric, and an operator that the metric does not allow.
func (s SLO) check() error {
	if !slices.Contains(Metrics(), s.Metric) {
		return told.Failed(told.LevelMetric, metricAdvice(string(s.Metric)))
	}
	if err := s.checkScope(); err != nil {
		return err
	}
	good, bad, mistake := []string{"<", "<="}, []string{">", ">="}, told.LevelSlow
	switch s.Metric {
	case MetricErrors:
		mistake = told.LevelFailing
	case MetricThroughput:
		good, bad, mistake = bad, good, told.LevelLittle
	}
	switch {
	case slices.Contains(good, s.Operator):
		return nil
	case slices.Contains(bad, s.Operator):
		return told.Failed(mistake, s.Metric.example())
	default:
		return told.Failed(told.LevelOperator, words.Brief(s.Operator), good[0], good[1], s.Metric.example())
	}
}

// checkScope refuses an unknown scope, and one that the metric does not have.
func (s SLO) checkScope() error {
	switch s.Scope {
	case "":
		return nil
	case ScopeLogin, ScopePhone, ScopeRefusals, ScopeAll:
	default:
		return told.Failed(told.LevelScope, words.Brief(string(s.Scope)))
	}
	if s.Metric == MetricThroughput {
		return told.Failed(told.LevelPart, s.Metric.example())
	}
	return nil
}

// metricAdvice is what to write for a metric that is not known.
func metricAdvice(name string) error {
	var known []string
	for _, metric := range Metrics() {
		known = append(known, string(metric))
	}
	_, err := strconv.Atoi(strings.TrimPrefix(name, "p"))
	if near := words.Nearest(name, known); near != "" && err != nil { // p98 is no misspelled p90
		return told.Failed(told.DidYouMean, strconv.Quote(near))
	}
	return told.Failed(told.UseOneOf, known)
}

// example is a service level of the metric.
func (m Metric) example() string {
	switch m {
	case MetricErrors:
		return "errors<0.1%"
	case MetricThroughput:
		return "throughput>=400/s"
	default:
		return string(m) + "<50ms"
	}
}

func (s SLO) parseBound(text string) (float64, error) {
	switch s.Metric {
	case MetricErrors:
		return s.parseShare(text)
	case MetricThroughput:
		return s.parseThroughput(text)
	default:
		return s.parseTime(text)
	}
}

// parseTime returns seconds.
func (s SLO) parseTime(text string) (float64, error) {
	number, isNumber := decimal(text)
	bound, err := time.ParseDuration(text)
	switch {
	case isNumber && number > 0:
		return 0, told.Failed(told.LevelUnit, s.Metric.example())
	case words.IsTooLong(text):
		return 0, told.Failed(told.LevelLong, s.Metric.example())
	case err != nil:
		return 0, told.Failed(told.LevelDuration, s.Metric.example())
	case bound <= 0:
		return 0, told.Failed(told.LevelNever, s.Metric.example())
	}
	return bound.Seconds(), nil
}

func (s SLO) parseShare(text string) (float64, error) {
	number, isPercent := strings.CutSuffix(text, "%")
	share, isNumber := decimal(strings.TrimSpace(number))
	if isPercent {
		share /= 100
	}
	switch {
	case !isNumber:
		return 0, told.Failed(told.LevelShare, s.Metric.example())
	case share >= 1 && share < 100 && !isPercent:
		return 0, told.Failed(told.LevelPercent, s.Expression+"%")
	case share >= 1:
		return 0, told.Failed(told.LevelAll, "100%", s.Metric.example())
	case share < 0 || share == 0 && s.Operator == "<":
		return 0, told.Failed(told.LevelNoErrors)
	}
	return share, nil
}

// parseThroughput reads a rate, or a number per second.
func (s SLO) parseThroughput(text string) (float64, error) {
	if _, isNumber := decimal(text); isNumber {
		text += "/s"
	}
	rate, err := parseRate(text)
	if err != nil {
		return 0, told.Failed(told.LevelRate, s.Metric.example())
	}
	return rate, nil
}
