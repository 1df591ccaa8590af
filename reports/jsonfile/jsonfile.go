// Package jsonfile reads and writes the JSON files of reports. A file may be made by hand or by an attacker: its size is bounded, and an
// error is one line that says what is wrong with the file.
//
// Start with [Read] and [Write].
package jsonfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"time"
)

// Limit is the largest size of a file, in bytes. A load run of a week writes less.
const Limit = 256 << 20

// Write writes value as JSON for people too: indented, and with <, > and & as they are. An error begins with kind.
func Write(w io.Writer, kind string, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	return nil
}

// Read reads one JSON value from r, whose member schema must be schema. It ignores unknown members. A number below 0 or above
// 1e15 is an error, except in members called seed, and below 0 in those whose field has the tag number:"signed". Every error begins with kind.
func Read(r io.Reader, kind, schema string, into any) error {
	if err := read(r, schema, into, Limit); err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	return nil
}

func read(r io.Reader, schema string, into any, limit int64) error {
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err // the caller names the file
	}
	switch {
	case err != nil:
		return err
	case int64(len(text)) > limit:
		return fmt.Errorf("the file is larger than %d MiB, the limit", limit>>20)
	}
	var version struct {
		Schema *string `json:"schema"`
	}
	if err := decode(text, &version); err != nil {
		return err
	}
	switch {
	case version.Schema == nil:
		return fmt.Errorf("it has no member schema; expected %q", schema)
	case *version.Schema != schema:
		return fmt.Errorf("unknown schema %.80q; this version reads %s", *version.Schema, schema)
	}
	if err := decode(text, into); err != nil {
		return err
	}
	if path, value := unlikely(reflect.ValueOf(into)); path != "" {
		return fmt.Errorf("%s is %s; expected a number from 0 to 1e15", path, value)
	}
	return nil
}

// decode decodes text, which must be one JSON value.
func decode(text []byte, into any) error {
	err := json.Unmarshal(text, into)
	if err == nil {
		return nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		length := len(bytes.TrimRight(text, " \r\n\t"))
		switch {
		case length == 0:
			return errors.New("the file is empty")
		case strings.HasPrefix(syntax.Error(), "unexpected end") || syntax.Offset > int64(length):
			return fmt.Errorf("the file is cut off after %d bytes", len(text))
		default:
			return fmt.Errorf("invalid JSON at byte %d: %w", syntax.Offset, err)
		}
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		where := "it"
		if wrong.Field != "" {
			where = wrong.Field
		}
		return fmt.Errorf("%s is %s; expected %s", where, found(wrong.Value), wanted(wrong.Type))
	}
	if wrong, ok := errors.AsType[*time.ParseError](err); ok {
		return fmt.Errorf("%.40q is not a time; write it like %q", wrong.Value, "2026-03-01T12:00:00Z")
	}
	return err
}

// found describes a value by the name that encoding/json has for it: "string", "number 1.5".
func found(value string) string {
	if number, ok := strings.CutPrefix(value, "number "); ok {
		return fmt.Sprintf("%.40s", number)
	}
	return word(value)
}

func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return word("string")
	case reflect.Bool:
		return word("bool")
	case reflect.Slice:
		return word("array")
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return word("number")
	default:
		return word("object")
	}
}

// word describes a kind of value by the name that encoding/json has for it.
func word(kind string) string {
	return map[string]string{"string": "a string", "number": "a number", "bool": "true or false", "array": "a list", "object": "an object"}[kind]
}
