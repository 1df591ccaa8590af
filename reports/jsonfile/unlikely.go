package jsonfile

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// most is more than any run counts, and so small that sums do not overflow.
const most = 1e15

// unlikely returns the path and the value of a number that no run counts; an empty path if every number is likely. What a run may
// write has to be likely: a report that cannot be read again is lost.
func unlikely(v reflect.Value) (path, value string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return unlikely(v.Elem())
		}
	case reflect.Int, reflect.Int64:
		if n := v.Int(); n < 0 || n > most {
			return ".", strconv.FormatInt(n, 10)
		}
	case reflect.Float64:
		if x := v.Float(); x < 0 || x > most {
			return ".", fmt.Sprintf("%g", x)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if path, value := unlikely(v.Index(i)); path != "" {
				return joined(strconv.Itoa(i), path), value
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if path, value := unlikely(v.MapIndex(key)); path != "" {
				return joined(fmt.Sprintf("%.40q", key.String()), path), value
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !field.IsExported() || name == "seed" || name == "left" {
				continue // a seed is any number, and what is left of a lifetime that is over is below 0
			}
			if field.Tag.Get("number") == "signed" { // a difference may be below 0, and is not summed up
				continue
			}
			if path, value := unlikely(v.Field(i)); path != "" {
				return joined(name, path), value
			}
		}
	}
	return "", ""
}

// joined puts a name before a path.
func joined(name, path string) string { return strings.TrimSuffix(name+"."+path, "..") }
