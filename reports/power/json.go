package power

import (
	"encoding/json"
	"fmt"
	"io"
)

// WriteJSON writes a matrix as power.json, indented.
func WriteJSON(w io.Writer, m Matrix) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(m)
}

// ReadJSON reads a power.json of this version.
func ReadJSON(r io.Reader) (Matrix, error) {
	var m Matrix
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return Matrix{}, fmt.Errorf("matrix: %w", err)
	}
	if m.Schema != SchemaName {
		return Matrix{}, fmt.Errorf("matrix: unknown schema %.80q; this version reads %s", m.Schema, SchemaName)
	}
	return m, nil
}
