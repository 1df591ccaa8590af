package power

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText writes a matrix for a console: a line for each fault with the requirements that condemned it, then what is
// amiss, then the sum.
func WriteText(w io.Writer, m Matrix) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range m.Faults {
		_, _ = fmt.Fprintf(table, "%s\t%s\n", row.Fault, strings.Join(row.IDs(), " ")) // Flush has its error
	}
	if err := table.Flush(); err != nil {
		return err
	}
	var text strings.Builder
	for _, line := range m.Amiss() {
		fmt.Fprintf(&text, "\n%s", line)
	}
	fmt.Fprintf(&text, "\n%s\n", m.Summary())
	_, err := io.WriteString(w, text.String())
	return err
}

// WriteMarkdown writes a matrix as a document of two tables: the faults, and the requirements.
func WriteMarkdown(w io.Writer, m Matrix) error {
	var text strings.Builder
	fmt.Fprintf(&text, "# What the suite catches\n\n%s\n", m.Summary())
	for _, line := range m.Amiss() {
		fmt.Fprintf(&text, "\n- **%s**", line)
	}
	text.WriteString("\n## Faults\n\n| fault | what is broken | condemned by |\n| --- | --- | --- |\n")
	for _, row := range m.Faults {
		fmt.Fprintf(&text, "| `%s` | %s | %s |\n", row.Fault, escapeCell(row.Breaks), strings.Join(row.IDs(), ", "))
	}
	text.WriteString("\n## Requirements\n\n| requirement | faults condemned | by it alone | |\n| --- | --: | --: | --- |\n")
	for _, column := range m.Requirements {
		fmt.Fprintf(&text, "| %s | %d | %d | %s |\n", column.ID, column.Kills, column.Alone, column.Exempt)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func escapeCell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

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

// IDs are the requirements that condemned the fault.
func (r Row) IDs() []string {
	ids := make([]string, len(r.Condemned))
	for i, condemnation := range r.Condemned {
		ids[i] = condemnation.ID
	}
	return ids
}

// Amiss lists in a line each what keeps the matrix from holding.
func (m Matrix) Amiss() []string {
	var lines []string
	add := func(format string, values ...any) { lines = append(lines, fmt.Sprintf(format, values...)) }
	if m.Reference.Error != "" {
		add("the reference could not be tried: %s", m.Reference.Error)
	}
	for _, condemned := range m.Reference.Condemned {
		add("the reference is condemned by %s: %s", condemned.ID, condemned.Actual)
	}
	for _, untold := range m.Reference.Untold {
		add("the reference was not judged by %s: %s", untold.ID, untold.Reason)
	}
	for _, row := range m.Broken() {
		add("%s could not be tried: %s", row.Fault, row.Error)
	}
	for _, row := range m.Survivors() {
		add("%s survived %s", row.Fault, strings.Join(row.Survived, ", "))
	}
	for _, row := range m.FalseAccusations() {
		add("%s is condemned by %s, which it does not break", row.Fault, strings.Join(row.Accused, ", "))
	}
	for _, column := range m.Idle() {
		add("%s condemns nothing", column.ID)
	}
	return lines
}

// Summary is the matrix in a line.
func (m Matrix) Summary() string {
	busy, alone := 0, 0
	for _, column := range m.Requirements {
		if column.Kills > 0 {
			busy++
		}
		if column.Alone > 0 {
			alone++
		}
	}
	clean := "clean"
	if !m.Clean() {
		clean = "not clean"
	}
	return fmt.Sprintf("Faults: %d, condemned %d, survived %d, falsely accused %d. "+
		"Requirements that condemn a fault: %d, of them one that no other condemns: %d. The reference is %s. Seed %d, %.0f s.",
		len(m.Faults), m.Kills(), len(m.Survivors()), len(m.FalseAccusations()), busy, alone, clean, m.Seed, m.Seconds)
}
