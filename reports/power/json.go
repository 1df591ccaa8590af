package power

import (
	"encoding/json"
	"fmt"
	"io"
)

// WriteJSON writes a matrix as [SchemaName] has it.
func WriteJSON(w io.Writer, m Matrix) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(m)
}

// ReadJSON reads what WriteJSON wrote. The error names another schema.
func ReadJSON(r io.Reader) (Matrix, error) {
	var m Matrix
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return Matrix{}, fmt.Errorf("matrix: %w", err)
	}
	if m.Schema != SchemaName {
		return Matrix{}, fmt.Errorf("matrix: the schema is %q, not %q", m.Schema, SchemaName)
	}
	return m, nil
}
