package main

import (
	"io"
	"os"
	"path/filepath"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/phrase"
)

// comparisonOf compares the runs of two sides. Those of one assay load --against were compared then, by their common moments, which their
// reports do not have: it is what was written beside them.
func comparisonOf(sides [2][]benchmark.Report, options compare.Options) (compare.Comparison, error) {
	if len(sides[0]) != 1 || len(sides[1]) != 1 || !sides[0][0].PairedWith(sides[1][0]) {
		return compare.New(sides[0], sides[1], options)
	}
	paths := [2]string{options.Files[0][0], options.Files[1][0]}
	if side := sides[0][0].Pair.Side; side != "A" {
		return compare.Comparison{}, phrase.Failed(phrase.PairReversed, paths[0], side, paths[1], paths[0])
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
		return compare.Comparison{}, phrase.Failed(phrase.PairTolerances, path, c.Tolerance, c.ErrorTolerance)
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

// sidesIn are the first runs of the sides of a comparison, as dir has them beside it; zero where it does not.
func sidesIn(dir string, c compare.Comparison) (sides [2]benchmark.Report) {
	for i, side := range []struct {
		name string
		of   compare.Side
	}{{firstSide, c.A}, {secondSide, c.B}} {
		report, err := readBenchmark(filepath.Join(dir, side.name, benchmarkFile))
		if err == nil && len(side.of.Started) > 0 && side.of.Started[0].Equal(report.Started) {
			sides[i] = report
		}
	}
	return sides
}

// writeComparison writes a comparison, its page and the first run of each side into dir, as assay load --against does.
func writeComparison(dir string, in messages.Printer, c compare.Comparison, runs [2][]benchmark.Report) (files []string, err error) {
	put := func(path string, write func(io.Writer) error) error {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		files = append(files, path)
		return writeFile(path, write)
	}
	for i, name := range []string{firstSide, secondSide} {
		path := filepath.Join(dir, name, benchmarkFile)
		if known, err := readBenchmark(path); err == nil && known.Started.Equal(runs[i][0].Started) {
			continue // the run itself
		}
		if there(path) {
			return nil, phrase.Failed(phrase.OutOther, dir, filepath.Join(name, benchmarkFile))
		}
		if err := put(path, func(w io.Writer) error { return benchmark.WriteJSON(w, runs[i][0]) }); err != nil {
			return nil, outError(dir, err)
		}
	}
	if err := put(filepath.Join(dir, comparisonFile), func(w io.Writer) error { return compare.WriteJSON(w, c) }); err != nil {
		return nil, outError(dir, err)
	}
	rendered, err := renderComparison(dir, in)
	return append(files, rendered...), err
}

// renderComparison renders comparison.html of a directory again.
func renderComparison(dir string, in messages.Printer) (files []string, err error) {
	c, err := readComparison(filepath.Join(dir, comparisonFile))
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, comparisonPage)
	sides := sidesIn(dir, c)
	if err := writeFile(path, func(w io.Writer) error { return page.WriteCompare(w, in, c, sides) }); err != nil {
		return nil, outError(dir, err)
	}
	return []string{path}, nil
}
