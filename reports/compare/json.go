package compare

import (
	"bytes"
	_ "embed" // the schema is part of the package
	"encoding/json"
	"fmt"
	"io"

	"github.com/unified-login/assay/reports/phrase"
)

//go:embed comparison.schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of a comparison.
func Schema() []byte { return bytes.Clone(schema) }

// WriteJSON writes a comparison, indented.
func WriteJSON(w io.Writer, c Comparison) error {
	c.ReasonKeys, c.NoteKeys = phrase.KeyedList(c.Reasons), phrase.KeyedList(c.Notes)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // a service level is for reading
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(c); err != nil {
		return fmt.Errorf("comparison: %w", err)
	}
	return nil
}
