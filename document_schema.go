package assay

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/unified-login/assay/internal/words"
)

// schema is what a document is validated by.
type schema = jsonschema.Schema

// compileSchema compiles a JSON Schema that is part of the package; one that does not compile is a broken build.
func compileSchema(text []byte) *schema {
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

// validate reports what the schema objects to, in the words of somebody who writes the file.
func (d *document) validate(by *schema) {
	err := by.Validate(d.root.json())
	invalid, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return
	}
	for _, leaf := range leaves(invalid) {
		d.reportInvalid(by, leaf.InstanceLocation, leaf.ErrorKind)
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

func (d *document) reportInvalid(by *schema, location []string, violation jsonschema.ErrorKind) {
	path := strings.Join(location, ".")
	n := d.root
	for _, name := range location {
		n = n.child(name)
	}
	name, quoted := memberName(location), d.quote(path, n)
	switch violation := violation.(type) {
	case *kind.AdditionalProperties:
		d.reportUnknown(location, n, violation.Properties, knownMembers(by, location))
	case *kind.Required:
		for _, missing := range violation.Missing {
			d.reportMissing(n, strings.TrimPrefix(name+"."+missing, "."))
		}
	case *kind.Type:
		d.reportNode(n, "%s", typeAdvice(name, quoted, violation))
	case *kind.Enum:
		d.reportNode(n, "%s%s is not known; %s", name, quoted, enumAdvice(n, violation.Want))
	case *kind.UniqueItems:
		slices.Sort(violation.Duplicates[:])
		first, second := violation.Duplicates[0], violation.Duplicates[1]
		d.reportNode(n.items[second], "%s[%d]%s is the same as %s[%d]; keep one of the two",
			name, second, d.quote(path, n.items[second]), name, first)
	case *kind.FalseSchema: // only ever below a dependency: a member that excludes another
		d.reportNode(n, "%s excludes the other members beside it; keep one way of coming by codes", name)
	case *kind.DependentRequired:
		d.reportNode(n.child(violation.Prop), "%s.%s needs %s beside it; add that, or remove this", name, violation.Prop,
			strings.Join(violation.Missing, " and "))
	case *kind.AnyOf:
		d.reportNode(n, "%s names no way of coming by codes; give it one of exec, http and pool", name)
	case *kind.MinItems:
		d.reportNode(n, "%s is an empty list; give it an item, or remove it", name)
	case *kind.Pattern: // the only pattern is: not blank
		d.reportNode(n, "%s is empty%s", name, emptyAdvice(n))
	default:
		d.reportNode(n, "%s%s is not as the schema has it; 'assay schema' prints it", name, quoted)
	}
}

// memberName writes a path as people do: apps[1], pats.valid.
func memberName(location []string) string {
	var name strings.Builder
	for i, part := range location {
		switch {
		case i > 0 && strings.Trim(part, "0123456789") == "":
			fmt.Fprintf(&name, "[%s]", part)
		case i > 0:
			name.WriteString("." + part)
		default:
			name.WriteString(part)
		}
	}
	return name.String()
}

// reportUnknown reports members that nobody reads. What is not shaped like a name may be a misplaced secret, and so
// may anything in a hidden member but a misspelling of a name; neither is shown.
func (d *document) reportUnknown(location []string, n *node, unknown, known []string) {
	for _, m := range n.members {
		if !slices.Contains(unknown, m.name) {
			continue
		}
		shown, advice, near := "this member", "the members are "+words.List(known), words.Nearest(m.name, known)
		if near != "" {
			advice = fmt.Sprintf("did you mean %q?", near)
		}
		if nameable(m.name) && (len(location) == 0 || near != "" || !slices.Contains(d.hidden, location[0])) {
			shown = fmt.Sprintf("member %q", m.name)
		}
		d.report(m.place, "%s is not known here; %s", shown, advice)
	}
}

// knownMembers are those that a schema knows of at location, sorted.
func knownMembers(of *schema, location []string) []string {
	for _, name := range location {
		if property, ok := of.Properties[name]; ok {
			of = property
		} else {
			of = of.Items2020
		}
	}
	return slices.Sorted(maps.Keys(of.Properties))
}

// nameable reports whether text looks like a member's name rather than a value: letters, - and _, not many.
func nameable(text string) bool {
	const most = 24
	return text != "" && len(text) <= most && strings.Trim(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz-_") == ""
}

func (d *document) reportMissing(n *node, name string) {
	if name == "pats" {
		name = "pats.valid"
	}
	flag := memberFlags[name]
	switch {
	case d.name == "":
		d.report(n.place, "%s is missing; give %s, or name a target file with --target", name, flag)
	case flag != "":
		d.report(n.place, "%s is missing; add it, or give %s", name, flag)
	default:
		d.report(n.place, "%s is missing; add it", name)
	}
}

var typeNames = map[string]string{
	"string": "a text", "boolean": "true or false", "number": "a number", "object": "a mapping", "array": "a list",
}

func typeAdvice(name, quoted string, violation *kind.Type) string {
	var wanted []string
	for _, want := range violation.Want {
		wanted = append(wanted, typeNames[want])
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
	}
	return fmt.Sprintf("%s must be %s, not %s%s; %s", name, strings.Join(wanted, " or "), gotName(violation.Got), quoted, advice)
}

func gotName(got string) string {
	if got == "boolean" {
		return "a boolean"
	}
	return typeNames[got]
}

func enumAdvice(n *node, want []any) string {
	known := make([]string, len(want))
	for i, value := range want {
		known[i] = fmt.Sprint(value)
	}
	if near := words.Nearest(n.text(), known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "it is one of " + words.List(known)
}

func emptyAdvice(n *node) string {
	if strings.Contains(n.raw, "${") {
		return " once its variables are filled in; set them"
	}
	return "; give it a value, or remove the line"
}
