package power

import (
	"encoding/json"
	"fmt"
	"io"
)

// WriteJSON writes a matrix as power.json, indented.
func WriteJSON(w io.Writer, m Matrix) error { return write(w, m) }

// ReadJSON reads a power.json of this version.
func ReadJSON(r io.Reader) (Matrix, error) {
	var m Matrix
	if err := read(r, &m, &m.Schema, SchemaName); err != nil {
		return Matrix{}, err
	}
	return m, nil
}

// WriteLegalJSON writes a legal matrix as legal.json, indented.
func WriteLegalJSON(w io.Writer, m LegalMatrix) error { return write(w, m) }

// ReadLegalJSON reads a legal.json of this version.
func ReadLegalJSON(r io.Reader) (LegalMatrix, error) {
	var m LegalMatrix
	if err := read(r, &m, &m.Schema, LegalSchemaName); err != nil {
		return LegalMatrix{}, err
	}
	return m, nil
}

func write(w io.Writer, m any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(m)
}

// read reads into m, whose schema has to be want.
func read(r io.Reader, m any, schema *string, want string) error {
	if err := json.NewDecoder(r).Decode(m); err != nil {
		return fmt.Errorf("matrix: %w", err)
	}
	if *schema != want {
		return fmt.Errorf("matrix: unknown schema %.80q; this version reads %s", *schema, want)
	}
	return nil
}
