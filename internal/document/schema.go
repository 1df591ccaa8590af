package document

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/unified-login/assay/internal/words"
)

// A Schema is a compiled JSON Schema.
type Schema = jsonschema.Schema

// Compile compiles a JSON Schema that is part of the program; it panics where the text does not compile.
func Compile(text []byte) *Schema {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	const name = "urn:assay:schema"
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, parsed); err != nil {
		panic(err)
	}
	return compiler.MustCompile(name)
}

// Validate reports where the document violates schema. missing returns what to say of a required member that is
// absent; nil stands for a plain "is missing; add it".
func (d *Document) Validate(schema *Schema, missing func(member string) string) {
	err := schema.Validate(d.root.json())
	invalid, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return
	}
	if missing == nil {
		missing = func(member string) string { return member + " is missing; add it" }
	}
	for _, leaf := range leaves(invalid) {
		d.reportInvalid(schema, leaf, missing)
	}
}

// leaves are the violations themselves, without the schemas around them. Alternatives are one violation: that none of
// them holds.
func leaves(err *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if _, alternatives := err.ErrorKind.(*kind.AnyOf); alternatives || len(err.Causes) == 0 {
		return []*jsonschema.ValidationError{err}
	}
	var found []*jsonschema.ValidationError
	for _, cause := range err.Causes {
		found = append(found, leaves(cause)...)
	}
	return found
}

func (d *Document) reportInvalid(schema *Schema, invalid *jsonschema.ValidationError, missing func(string) string) {
	n := d.root
	for _, name := range invalid.InstanceLocation {
		n = n.Child(name)
	}
	switch violation := invalid.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		d.reportUnknown(n, violation.Properties, knownMembers(schema, invalid.InstanceLocation))
	case *kind.Required:
		for _, name := range violation.Missing {
			d.report(n.place, "%s", missing(memberPath(n.path, name)))
		}
	case *kind.Type:
		if n.plain && (slices.Contains(violation.Want, "integer") || slices.Contains(violation.Want, "number")) {
			if advice := numberAdvice(n.raw); advice != "" {
				d.Reject(n, "%s", advice)
				return
			}
		}
		d.Report(n, "%s", typeAdvice(n.path, d.Quote(n), violation))
	case *kind.Enum:
		d.Reject(n, "is unknown; %s", enumAdvice(n, violation.Want))
	case *kind.UniqueItems:
		first, second := violation.Duplicates[0], violation.Duplicates[1]
		d.Reject(n.items[max(first, second)], "is the same as %s; keep one of the two", n.items[min(first, second)].path)
	case *kind.FalseSchema: // only below dependentSchemas: a member that excludes another
		d.Report(n, "%s cannot be combined with %s; keep one of the two", n.path, excludedBy(invalid.SchemaURL))
	case *kind.DependentRequired:
		d.Report(n.Child(violation.Prop), "%s.%s requires %s; add it, or remove %s", n.path, violation.Prop,
			words.List(violation.Missing), violation.Prop)
	case *kind.AnyOf:
		d.Report(n, "%s has none of %s; add one", n.path, words.List(alternatives(invalid)))
	case *kind.MinItems:
		d.Report(n, "%s is an empty list; add an item, or remove it", n.path)
	case *kind.MaxItems:
		d.Report(n, "%s has %d items; keep at most %d", n.path, violation.Got, violation.Want)
	case *kind.MaxProperties:
		d.Report(n, "%s has %d members; keep at most %d", n.path, violation.Got, violation.Want)
	case *kind.Minimum:
		want, _ := violation.Want.Float64()
		d.Reject(n, "is too small; use at least %g", want)
	case *kind.Maximum:
		want, _ := violation.Want.Float64()
		d.Reject(n, "is too large; use at most %.0f", want)
	case *kind.Pattern: // the only pattern is: not blank
		d.Report(n, "%s is empty%s", n.path, emptyAdvice(n))
	default:
		d.Reject(n, "does not match the schema; check it against the format's JSON Schema")
	}
}

// excludedBy is the member that excludes another, by the location of the schema that says so:
// .../dependentSchemas/exec/properties/http.
func excludedBy(schemaURL string) string {
	_, after, _ := strings.Cut(schemaURL, "/dependentSchemas/")
	name, _, _ := strings.Cut(after, "/")
	return name
}

// alternatives are the members of an anyOf, none of which is present.
func alternatives(invalid *jsonschema.ValidationError) []string {
	var names []string
	for _, leaf := range invalid.Causes {
		if required, ok := leaf.ErrorKind.(*kind.Required); ok {
			names = append(names, required.Missing...)
		}
	}
	return names
}

// reportUnknown reports members of n that the schema does not know. What is not shaped like a name may be a misplaced
// secret, and so may anything in a hidden member but a misspelling of a name; neither is quoted.
func (d *Document) reportUnknown(n *Node, unknown, known []string) {
	for _, m := range n.members {
		if !slices.Contains(unknown, m.name) {
			continue
		}
		shown, advice, near := "this member", "the members are "+words.List(known), words.Nearest(m.name, known)
		if near != "" {
			advice = fmt.Sprintf("did you mean %q?", near)
		}
		if nameable(m.name) && (near != "" || !d.isHidden(n.path)) {
			shown = fmt.Sprintf("member %q", m.name)
		}
		d.report(m.place, "%s is unknown; %s", shown, advice)
	}
}

// knownMembers are those that a schema knows at location, sorted.
func knownMembers(of *Schema, location []string) []string {
	for _, name := range location {
		if property, ok := of.Properties[name]; ok {
			of = property
		} else {
			of = of.Items2020
		}
	}
	return slices.Sorted(maps.Keys(of.Properties))
}

// nameable reports whether text looks like a member's name rather than a value: a few letters, - and _.
func nameable(text string) bool {
	const most = 24
	return text != "" && len(text) <= most && strings.Trim(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz-_") == ""
}

// numberAdvice is about a number that YAML reads as a text; empty for any other text.
func numberAdvice(text string) string {
	_, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange), strings.Trim(text, "+-.0123456789eE_") != "":
		return ""
	case strings.ContainsAny(text, "eE"):
		return "has an exponent, with which YAML reads it as a text; write all of its digits"
	default:
		return "is too large; write a smaller number"
	}
}

func typeAdvice(name, quoted string, violation *kind.Type) string {
	var wanted []string
	for _, want := range violation.Want {
		wanted = append(wanted, typeName(want))
	}
	advice := "write its members below it, indented, name: value"
	switch {
	case violation.Got == "null":
		return name + " is empty; give it a value, or remove the line"
	case slices.Contains(violation.Want, "string") && (violation.Got == "number" || violation.Got == "boolean"):
		advice = "put it in quotes"
	case slices.Contains(violation.Want, "string"):
		advice = "write one value"
	case slices.Contains(violation.Want, "array"):
		advice = "write it as [first, second]"
	case slices.Contains(violation.Want, "boolean"):
		advice = "write true or false, without quotes"
	case slices.Contains(violation.Want, "integer"), slices.Contains(violation.Want, "number"):
		advice = "write digits, without quotes"
	}
	return fmt.Sprintf("%s must be %s, not %s%s; %s", name, strings.Join(wanted, " or "), typeName(violation.Got), quoted, advice)
}

// typeName is JSON Schema's type in YAML's words.
func typeName(jsonType string) string {
	switch jsonType {
	case "string":
		return "a string"
	case "boolean":
		return "a boolean"
	case "number":
		return "a number"
	case "integer":
		return "a whole number"
	case "object":
		return "a mapping"
	default:
		return "a list"
	}
}

func enumAdvice(n *Node, want []any) string {
	known := make([]string, len(want))
	for i, value := range want {
		known[i] = fmt.Sprint(value)
	}
	if near := words.Nearest(n.Text(), known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "use one of " + words.List(known)
}

func emptyAdvice(n *Node) string {
	if strings.Contains(n.raw, "${") {
		return " after its variables are expanded; set them"
	}
	return "; give it a value, or remove the line"
}
