package compare

import (
	"bytes"
	_ "embed" // the schema is part of the package
	"io"

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
