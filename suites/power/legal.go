package power

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/fixtures/legal"
	report "github.com/unified-login/assay/reports/power"
)

// RunLegal runs the suite against the legal variations of options, of the reference and, where they concern the HTTP edge
// alone and this machine has node, of the Node platform. With Options.Faults it runs against these too, as if they were legal:
// that shows that the matrix can fail. The error says what kept it from running; that a variation is accused is in the matrix.
func RunLegal(ctx context.Context, options Options) (report.LegalMatrix, error) {
	chosen := options.Variations
	if chosen == nil && options.Faults == nil {
		chosen = legal.All()
	}
	began := time.Now()
	set := assay.Requirements()
	rows, jobs, err := options.legalJobs(chosen, set)
	if err != nil {
		return report.LegalMatrix{}, err
	}
	done := 0
	finish := func(i int, r result) {
		fill(&rows[i], r, set)
		done++
		if options.LegalProgress != nil {
			options.LegalProgress(done, len(jobs), rows[i])
		}
	}
	if err := options.run(ctx, jobs, finish); err != nil {
		return report.LegalMatrix{}, err
	}
	return report.LegalMatrix{
		Schema: report.LegalSchemaName, RequirementSet: set.Name, Digest: set.Digest, Seed: options.Seed,
		Seconds: time.Since(began).Seconds(), Variations: rows,
	}, nil
}

// legalJobs are the rows without their results, and the job of each.
func (o Options) legalJobs(chosen []legal.Variation, set assay.RequirementSet) (rows []report.LegalRow, jobs []job, err error) {
	add := func(v legal.Variation, on string) error {
		row, only := rowOf(v, on), v.Only
		if on == report.OnNode {
			only = row.Only
		}
		if !o.Thorough {
			if only, err = v.Tried(set, o.Seed, only...); err != nil {
				return err
			}
			if len(v.Concerns) > 0 {
				row.Only, row.Narrowed = only, strings.TrimPrefix(row.Narrowed+"; what it concerns, and a share of the rest", "; ")
			}
		}
		rows = append(rows, row)
		jobs = append(jobs, job{Legal: v.Name, On: on, Only: only, Seed: o.Seed})
		return nil
	}
	for _, v := range chosen {
		if err := add(v, report.OnReference); err != nil {
			return nil, nil, err
		}
	}
	for _, fault := range o.Faults {
		rows = append(rows, report.LegalRow{Variation: fault.Name, On: report.OnReference, Does: fault.Breaks, Legal: "it is not: a fault",
			Warns: list(nil), Untested: list(nil)})
		jobs = append(jobs, job{Fault: fault.Name, Seed: o.Seed})
	}
	for _, v := range chosen {
		if v.Node && hasNode() {
			if err := add(v, report.OnNode); err != nil {
				return nil, nil, err
			}
		}
	}
	return rows, jobs, nil
}

func rowOf(v legal.Variation, on string) report.LegalRow {
	row := report.LegalRow{Variation: v.Name, On: on, Does: v.Does, Legal: v.Legal, Warns: list(v.Warns), Untested: list(v.Untested),
		Only: v.Only, Narrowed: v.Narrowed}
	if on == report.OnNode {
		row.Only, row.Narrowed = v.OnNode()
		row.Untested = append(append(row.Untested, nodeUntested()...), nodeUnjudged()...)
	}
	return row
}

// fill adds the result of a run.
func fill(row *report.LegalRow, r result, set assay.RequirementSet) {
	row.Warned, row.Accused, row.NotJudged = []report.Condemnation{}, []report.Condemnation{}, []report.NotJudged{}
	row.Seconds, row.Error = r.Seconds, r.Error
	if r.Error != "" {
		return
	}
	selected := map[string]bool{}
	if len(row.Only) > 0 {
		chosen, _ := set.Select(row.Only...) // the run has refused patterns that match nothing
		for _, id := range chosen {
			selected[id] = true
		}
	}
	for _, requirement := range set.Requirements {
		id := requirement.ID
		outside := len(selected) > 0 && !selected[id]
		row.Judge(id, r.Verdicts[id], r.Reasons[id], outside || nobody(requirement))
	}
}

// nobody reports whether no run of the suite on loopback judges the requirement.
func nobody(requirement assay.Requirement) bool {
	return requirement.Chapter() == "load" || slices.Contains([]string{"http.tls", "pat.expired"}, requirement.ID)
}
