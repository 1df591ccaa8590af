// Package schematest has what tests of a JSON file and its JSON Schema share.
package schematest

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Compile returns a schema that checks formats too, such as that of a time.
func Compile(t *testing.T, schema []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	const name = "schema.json"
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name, document); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile(name)
}

// Follows checks that a file follows a schema. what names the file in errors.
func Follows(t *testing.T, schema *jsonschema.Schema, what string, file []byte) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// Refuses checks that a schema refuses sample, a value that follows it, after each of the changes by itself.
func Refuses(t *testing.T, schema *jsonschema.Schema, sample any, changes map[string]func(map[string]any)) {
	t.Helper()
	text, err := json.Marshal(sample)
	if err != nil {
		t.Fatal(err)
	}
	Follows(t, schema, "the sample", text)
	for name, change := range changes {
		var value map[string]any
		if err := json.Unmarshal(text, &value); err != nil {
			t.Fatal(err)
		}
		change(value)
		if schema.Validate(value) == nil {
			t.Errorf("%s is let through", name)
		}
	}
}

// Members checks that schema describes the members of structs, no more and no fewer. The key of each is where its members are
// described, such as "properties plan properties".
func Members(t *testing.T, schema []byte, structs map[string]any) {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal(schema, &document); err != nil {
		t.Fatal(err)
	}
	for path, value := range structs {
		described := document
		for name := range strings.FieldsSeq(path) {
			inner, is := described[name].(map[string]any)
			if !is {
				t.Fatalf("the schema has no %s", path)
			}
			described = inner
		}
		if diff := cmp.Diff(membersOf(value), slices.Sorted(maps.Keys(described))); diff != "" {
			t.Errorf("%T: -members +schema:\n%s", value, diff)
		}
	}
}

// membersOf lists the names that a struct's fields have in JSON, in order.
func membersOf(value any) (members []string) {
	for _, field := range reflect.VisibleFields(reflect.TypeOf(value)) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "-" && !field.Anonymous {
			members = append(members, name)
		}
	}
	slices.Sort(members)
	return members
}
