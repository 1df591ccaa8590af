package power

import (
	"io"

	"github.com/unified-login/assay/reports/jsonfile"
)

// WriteJSON writes a matrix as power.json, indented.
func WriteJSON(w io.Writer, m Matrix) error { return jsonfile.Write(w, "matrix", m) }

// ReadJSON reads a power.json of this version.
func ReadJSON(r io.Reader) (Matrix, error) {
	var m Matrix
	if err := jsonfile.Read(r, "matrix", SchemaName, &m); err != nil {
		return Matrix{}, err
	}
	return m, nil
}

// WriteLegalJSON writes a legal matrix as legal.json, indented.
func WriteLegalJSON(w io.Writer, m LegalMatrix) error { return jsonfile.Write(w, "matrix", m) }

// ReadLegalJSON reads a legal.json of this version.
func ReadLegalJSON(r io.Reader) (LegalMatrix, error) {
	var m LegalMatrix
	if err := jsonfile.Read(r, "matrix", LegalSchemaName, &m); err != nil {
		return LegalMatrix{}, err
	}
	return m, nil
}
