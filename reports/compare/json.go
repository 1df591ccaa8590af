package compare

import (
	"bytes"
	_ "embed" // the schema is part of the package
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/unified-login/assay/reports/jsonfile"
	"github.com/unified-login/assay/reports/phrase"
)

//go:embed comparison.schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of a comparison.
func Schema() []byte { return bytes.Clone(schema) }

// WriteJSON writes a comparison, indented.
func WriteJSON(w io.Writer, c Comparison) error {
	c.ReasonKeys, c.NoteKeys = phrase.KeyedList(c.Reasons), phrase.KeyedList(c.Notes)
	return jsonfile.Write(w, "comparison", c)
}

// ReadJSON reads a comparison of this version, such as comparison.json. It ignores unknown members. The error says whether it is another
// kind of file or has a word or a number that no comparison has. A list that is longer than any comparison makes it is cut, and a note says so.
func ReadJSON(r io.Reader) (Comparison, error) {
	var c Comparison
	err := jsonfile.Read(r, "comparison", SchemaName, &c)
	if err != nil {
		return Comparison{}, err
	}
	if err := c.check(); err != nil {
		return Comparison{}, fmt.Errorf("comparison: %w", err)
	}
	c.Reasons, c.ReasonKeys = phrase.RestoreList(c.Reasons, c.ReasonKeys), nil
	c.Notes, c.NoteKeys = phrase.RestoreList(c.Notes, c.NoteKeys), nil
	var cut jsonfile.Cutter
	jsonfile.Cut(&cut, phrase.ListReasons, &c.Reasons, jsonfile.MostPhrases)
	jsonfile.Cut(&cut, phrase.ListNotes, &c.Notes, jsonfile.MostPhrases)
	c.Notes = append(c.Notes, cut.Notes()...)
	return c, nil
}

// check refuses words and numbers that no comparison has, so that renderers need not handle them.
func (c Comparison) check() error {
	if !slices.Contains([]Outcome{Regressed, Held, Undecided, Incomparable}, c.Outcome) {
		return fmt.Errorf("unknown outcome %.40q", c.Outcome)
	}
	var names []string
	for _, f := range figures(false) {
		names = append(names, f.name)
	}
	for i, row := range c.Figures {
		switch {
		case !slices.Contains(names, row.Name):
			return fmt.Errorf("unknown figure %.40q", row.Name)
		case slices.ContainsFunc(c.Figures[:i], func(other Row) bool { return other.Name == row.Name }):
			return fmt.Errorf("figure %s is there twice", row.Name)
		case !slices.Contains([]Verdict{Worse, Better, Same, Differs, Unknown}, row.Verdict):
			return fmt.Errorf("figure %s: unknown verdict %.40q", row.Name, row.Verdict)
		case !row.likely():
			return fmt.Errorf("figure %s: its change %g is not in an interval from below to above it", row.Name, row.Change)
		}
	}
	return nil
}

// likely reports whether a row has a change that is possible, and in its interval.
func (r Row) likely() bool {
	const most = 1e15
	if (r.Low == nil) != (r.High == nil) || math.Abs(r.Change) > most {
		return false
	}
	return r.Low == nil || -most <= *r.Low && *r.Low <= r.Change+dust && r.Change-dust <= *r.High && *r.High <= most
}

// Contradiction says in what a comparison contradicts itself, as one that was edited does; zero if it does not.
func (c Comparison) Contradiction() phrase.Phrase {
	decides := func(verdict Verdict) bool {
		return slices.ContainsFunc(c.Figures, func(row Row) bool { return row.Decides && row.Verdict == verdict })
	}
	contradicts := func(with string) phrase.Phrase {
		return phrase.Say(phrase.Contradicts, "outcome "+string(c.Outcome), with)
	}
	switch {
	case c.Outcome != Regressed && decides(Worse):
		return contradicts("a deciding figure that is worse")
	case c.Outcome == Held && decides(Unknown):
		return contradicts("a deciding figure that is not known")
	case c.Outcome == Held && c.B.Incorrect > 0 && c.A.Incorrect == 0:
		return contradicts(fmt.Sprintf("incorrect exchanges of B %d", c.B.Incorrect))
	case (c.Outcome == Held) != (len(c.Reasons) == 0):
		return contradicts(fmt.Sprintf("reasons %d", len(c.Reasons)))
	case c.Outcome == Incomparable && len(c.Figures) > 0:
		return contradicts(fmt.Sprintf("figures %d", len(c.Figures)))
	default:
		return phrase.Phrase{}
	}
}
