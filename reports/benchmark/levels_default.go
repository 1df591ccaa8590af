package benchmark

import (
	"slices"
	"strings"

	"github.com/unified-login/assay"
)

// DefaultLevels are the levels on errors that apply beside those that were given: [DefaultErrors], unless one is about all errors.
// No default is stricter than what was asked for: if there is a level on the errors of an endpoint, the default is about the others, and
// if there is one on the errors of a stage, it is about the other stages.
func DefaultLevels(given []assay.SLO, endpoints []assay.Endpoint, stages ...string) (levels []assay.SLO) {
	if _, bounded := boundOfAll(given); bounded {
		return nil
	}
	if apart := bounded(given); len(apart) > 0 {
		for _, stage := range stages {
			if !apart[stage] {
				slo, _ := assay.ParseSLO(stage + "/" + DefaultErrors)
				levels = append(levels, slo)
			}
		}
		return levels
	}
	ofEndpoint := func(endpoint assay.Endpoint) bool {
		return slices.ContainsFunc(given, func(slo assay.SLO) bool {
			return slo.Metric == assay.MetricErrors && slo.Scope.Endpoint() == endpoint
		})
	}
	if !slices.ContainsFunc(assay.Endpoints(), ofEndpoint) {
		return []assay.SLO{scoped("", DefaultErrors)}
	}
	for _, endpoint := range endpoints {
		if !ofEndpoint(endpoint) {
			levels = append(levels, scoped(endpoint, DefaultErrors))
		}
	}
	return levels
}

// boundOfAll is the strictest of the levels that are about the errors of all sign-ins, or of all exchanges, without its scope; false
// without one.
func boundOfAll(given []assay.SLO) (expression string, bounded bool) {
	least := 0.0
	for _, slo := range given {
		all := slo.Stage == "" && slo.Metric == assay.MetricErrors && (slo.Scope == "" || slo.Scope == assay.ScopeAll)
		if all && (!bounded || slo.Bound < least) {
			expression, least, bounded = strings.TrimPrefix(slo.Expression, string(assay.ScopeAll)+"."), slo.Bound, true
		}
	}
	return expression, bounded
}

// scoped is a level on errors about an endpoint; about all if it is empty.
func scoped(endpoint assay.Endpoint, expression string) assay.SLO {
	return scopedTo(assay.Scope(endpoint), expression)
}

// scopedTo is a level on errors with a scope; without one if it is empty.
func scopedTo(scope assay.Scope, expression string) assay.SLO {
	if scope != "" {
		expression = string(scope) + "." + expression
	}
	slo, _ := assay.ParseSLO(expression) // the zero value never holds
	return slo
}

// tried are the endpoints at which something was sent.
func (r Report) tried() (endpoints []assay.Endpoint) {
	for _, figures := range r.ByEndpoint {
		if slices.Contains(assay.Endpoints(), figures.Endpoint) && figures.Exchanges.Sent > 0 {
			endpoints = append(endpoints, figures.Endpoint)
		}
	}
	return endpoints
}

// failingEndpoints are levels on the errors of endpoints at which most exchanges fail. These may be so few that the levels on all
// errors hold; where one of those is broken, or there is a level on the errors of the endpoint, there is no need. The bound is that
// of the levels on all errors.
func failingEndpoints(report Report, given []assay.SLO, others []Level) (levels []Level) {
	const fewest, most = 5, 0.5
	if len(bounded(given)) > 0 { // most exchanges of a stage may fail
		return nil
	}
	bound, bounded := boundOfAll(given)
	if !bounded {
		bound = DefaultErrors
	}
	covered := func(scope assay.Scope) bool {
		return slices.ContainsFunc(others, func(level Level) bool {
			slo, err := assay.ParseSLO(level.Expression)
			return err == nil && slo.Metric == assay.MetricErrors && (slo.Scope == scope || slo.Scope == "" && level.Verdict == DoesNotHold)
		})
	}
	for _, endpoint := range report.tried() {
		slo := scoped(endpoint, bound)
		failed, of := report.errorsOf(slo.Scope)
		if of < fewest || share(failed, of) <= most || covered(slo.Scope) {
			continue
		}
		if level := judged(report, slo, true); !level.Holds {
			levels = append(levels, level)
		}
	}
	return levels
}
