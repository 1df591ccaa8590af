package conformance

import (
	"cmp"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// follow names, for every violation that is a consequence of another, the root that it follows. It changes no verdict.
func follow(results []Result) {
	for i := range results {
		results[i].Follows = ""
	}
	at := func(id string) *Result {
		if i := slices.IndexFunc(results, func(r Result) bool { return r.ID == id }); i >= 0 {
			return &results[i]
		}
		return nil
	}
	for _, row := range assay.Yields() {
		root := at(row.Root)
		if root == nil || !root.found(row) {
			continue
		}
		for _, id := range row.Follows {
			if derived := at(id); derived != nil && derived.Follows == "" && derived.explainedBy(*root, row) {
				derived.Follows = root.ID
			}
		}
	}
}

// broken reports whether the requirement is violated, waived or not.
func (r Result) broken() bool { return r.violated() || r.Verdict == assay.Waived }

// found reports whether the requirement is violated in a situation of the row.
func (r Result) found(row assay.Yield) bool {
	if !r.broken() || len(row.Situations) == 0 {
		return r.broken()
	}
	return slices.ContainsFunc(r.violations(), func(f Finding) bool { return row.Causes(f.Situation) })
}

// violations are the findings that violate the requirement.
func (r Result) violations() []Finding {
	violated := r.Requirement().Violated()
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool { return cmp.Or(f.Verdict, violated) != violated })
}

// explainedBy reports whether the row explains every violation of the requirement by one of the root: a violation on an
// endpoint where the root holds is a fault of its own.
func (r Result) explainedBy(root Result, row assay.Yield) bool {
	elsewhere := func(f Finding) bool { return !row.Covers(f.Situation) }
	if !r.broken() || len(row.Only) > 0 && (len(r.Findings) == 0 || slices.ContainsFunc(r.violations(), elsewhere)) {
		return false
	}
	where := root.brokenOn()
	for _, endpoint := range r.brokenOn() {
		if len(where) > 0 && !slices.Contains(where, endpoint) {
			return false
		}
	}
	return true
}

// brokenOn lists the endpoints on which the requirement is violated.
func (r Result) brokenOn() []assay.Endpoint {
	var where []assay.Endpoint
	for _, judged := range r.Endpoints {
		if judged.Verdict == assay.Waived || judged.Verdict == r.Requirement().Violated() {
			where = append(where, judged.Endpoint)
		}
	}
	return where
}

// Followers returns the results that follow the requirement id, in the set's order.
func (r Report) Followers(id string) []Result {
	if id == "" {
		return nil
	}
	var followers []Result
	for _, result := range r.Requirements {
		if result.Follows == id && result.ID != id {
			followers = append(followers, result)
		}
	}
	return followers
}

// Leads reports whether the result is listed by itself: it follows no other result of the report.
func (r Report) Leads(result Result) bool {
	if result.Follows == "" || result.Follows == result.ID {
		return true
	}
	root, found := r.Result(result.Follows)
	return !found || root.Follows != "" // a file that assay did not write: nothing may stay unlisted
}

// waiveFollowers extends the waiver of a root to what follows it.
func waiveFollowers(results []Result) {
	for i := range results {
		root := slices.IndexFunc(results, func(r Result) bool { return r.ID == results[i].Follows })
		if results[i].Verdict == assay.Waived || root < 0 || results[root].Verdict != assay.Waived {
			continue
		}
		results[i].waive(phrase.Say(phrase.WaivedWith, results[root].ID))
	}
}

// waive makes the violation a waived one, for the reason.
func (r *Result) waive(reason phrase.Phrase) {
	for i, judged := range r.Endpoints {
		if judged.Verdict == r.Verdict {
			r.Endpoints[i].Verdict = assay.Waived
		}
	}
	r.Verdict = assay.Waived
	r.Reason = phrase.Join(r.Reason, reason)
}
