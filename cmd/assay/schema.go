package main

import (
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/unified-login/assay/internal/words"
	"github.com/unified-login/assay/planfile"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/targetfile"
)

// A publishedSchema is the JSON Schema of one file format.
type publishedSchema struct {
	name string
	text func() []byte
}

func schemas() []publishedSchema {
	return []publishedSchema{
		{"target", targetfile.Schema},
		{"plan", planfile.Schema},
		{"waivers", targetfile.WaiversSchema},
		{"conformance", conformance.Schema},
		{"benchmark", benchmark.Schema},
		{"comparison", compare.Schema},
	}
}

func schemaCommand(around surroundings) *cobra.Command {
	var names []string
	for _, schema := range schemas() {
		names = append(names, schema.name)
	}
	return &cobra.Command{
		Use:     "schema NAME",
		Short:   "Print a JSON Schema",
		Long:    "Print the JSON Schema of a file: " + words.List(names) + ".",
		Example: "  assay schema target > target.schema.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return phrase.Failed(phrase.SchemaNeeds, names)
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return printSchema(around.lasting().stdout, args[0], names)
		},
	}
}

func printSchema(w io.Writer, name string, names []string) error {
	for _, schema := range schemas() {
		if schema.name == name {
			_, err := w.Write(schema.text())
			return err
		}
	}
	if near := words.Nearest(name, names); near != "" {
		return phrase.Failed(phrase.SchemaNear, strconv.Quote(name), strconv.Quote(near))
	}
	return phrase.Failed(phrase.SchemaUnknown, strconv.Quote(name), names)
}
