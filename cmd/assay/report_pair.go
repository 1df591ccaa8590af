package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
)

// comparisonOf compares the runs of two sides. Those of one assay load --against were compared then, by their common moments, which their
// reports do not have: it is what was written beside them.
func comparisonOf(sides [2][]benchmark.Report, options compare.Options) (compare.Comparison, error) {
	if len(sides[0]) != 1 || len(sides[1]) != 1 || !sides[0][0].PairedWith(sides[1][0]) {
		return compare.New(sides[0], sides[1], options)
	}
	paths := [2]string{options.Files[0][0], options.Files[1][0]}
	if side := sides[0][0].Pair.Side; side != "A" {
		return compare.Comparison{}, fmt.Errorf("%s is side %s of the run that measured both; name them the other way round: %s %s", paths[0], side, paths[1], paths[0])
	}
	dir := filepath.Dir(filepath.Dir(inDirectory(paths[0], benchmarkFile)))
	path := filepath.Join(dir, comparisonFile)
	if !there(path) {
		return compare.New(sides[0], sides[1], options) // which says what is missing
	}
	c, err := readComparison(path)
	if err != nil {
		return compare.Comparison{}, err
	}
	if !ofPair(c, sides[0][0], sides[1][0]) {
		return compare.New(sides[0], sides[1], options)
	}
	if c.Tolerance != options.Tolerance || c.ErrorTolerance != options.ErrorTolerance {
		return compare.Comparison{}, fmt.Errorf("%s compares them with --tolerance %g and --tolerance-errors %g; use these, or run assay load --against with others",
			path, c.Tolerance, c.ErrorTolerance)
	}
	return c, nil
}

// ofPair reports whether a comparison is of the two sides of a run.
func ofPair(c compare.Comparison, a, b benchmark.Report) bool {
	of := func(side compare.Side, run benchmark.Report) bool {
		return len(side.Started) == 1 && side.Started[0].Equal(run.Started) && side.Sent == run.Exchanges.Sent && side.Failed == run.Exchanges.Failed()
	}
	return c.Interleaved && of(c.A, a) && of(c.B, b)
}

// readComparison reads a comparison.json that does not contradict itself.
func readComparison(path string) (compare.Comparison, error) {
	c, err := read(path, compare.ReadJSON)
	if err == nil {
		err = consistent(path, c)
	}
	return c, err
}

// renderComparison renders comparison.html of a directory again.
func renderComparison(dir string, in messages.Printer) (files []string, err error) {
	c, err := readComparison(filepath.Join(dir, comparisonFile))
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, comparisonPage)
	if err := writeFile(path, func(w io.Writer) error { return page.WriteCompare(w, in, c) }); err != nil {
		return nil, outError(dir, err)
	}
	return []string{path}, nil
}
