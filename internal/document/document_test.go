package document

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const secret = "CANARY-7f3a91"

// checkErr compares an error with the lines wanted.
func checkErr(t *testing.T, name string, err error, want ...string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if got != strings.Join(want, "\n") {
		t.Errorf("%s:\n got %s\nwant %s", name, got, strings.Join(want, "\n"))
	}
}

func TestParseRefuses(t *testing.T) {
	const head = "schema: x\n"
	const notText = "the file is not UTF-8 text; save it as UTF-8, without control characters"
	const tooLong = "1:1: the file has more than 20000 tokens; name the right one"
	for name, test := range map[string]struct{ text, want string }{
		"nothing":       {"", "1:1: the file is empty; begin it with the member schema"},
		"a scalar":      {secret, "1:1: the file is not a mapping; write one member per line, name: value"},
		"a NUL":         {head + "a: é\x00" + secret, "2:5: " + notText},
		"Latin-1":       {head + "a: \xe9" + secret, "2:4: " + notText},
		"UTF-16":        {"\xff\xfes\x00c\x00", "1:1: " + notText},
		"too large":     {head + strings.Repeat("# "+secret+"\n", 1<<17), "1:1: the file is larger than 1 MiB; name the right one"},
		"too deep":      {head + "apps: " + strings.Repeat("[", 500_000), tooLong},
		"too long":      {head + strings.Repeat("a: b\n", 100_000), tooLong},
		"deep":          {head + "apps: " + strings.Repeat("[", 1000), "2:1006: invalid YAML: a bracket is not closed, or a comma is missing before this"},
		"an alias":      {head + "a: *x\n", "2:4: an alias (*) is not supported; write the value out, or quote one that begins with this character"},
		"a repetition":  {head + "a: " + secret + "\na: b\n", "3:1: this member repeats the one in line 2; keep one of the two"},
		"two documents": {head + "---\na: b\n", "2:1: a second document begins here; keep one"},
	} {
		_, err := Parse("t.yaml", []byte(test.text))
		checkErr(t, name, err, "t.yaml:"+test.want)
	}
}

func TestParseToleratesABOMAndWindowsLines(t *testing.T) {
	d, err := Parse("t.yaml", []byte("\xef\xbb\xbfschema: x\r\na: |\r\n  b\r\n"))
	if err != nil || d.Find("a").Text() != "b\n" || d.Version("x") != nil || !d.IsFile() {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestReadErrors(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "no.yaml")
	_, err := Read(missing)
	checkErr(t, "a missing file", err, missing+": no such file or directory; check the path")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not %v", err, fs.ErrNotExist)
	}
}

// sample has members of every shape.
func sample(t *testing.T) *Document {
	t.Helper()
	d, err := Parse("t.yaml", []byte("schema: x\napps: [a, 5, true, ~]\nkeys: {one: '${A}', two: file:x}\nopen: ${A}\n"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestFind(t *testing.T) {
	d := sample(t)
	for path, want := range map[string]struct{ text, raw, name string }{
		"apps.0": {"a", "a", "apps[0]"}, "apps.1": {"", "5", "apps[1]"}, "apps.3": {"", "", "apps[3]"}, "keys.two": {"file:x", "file:x", "keys.two"},
	} {
		n := d.Find(path)
		if n.Text() != want.text || n.Raw() != want.raw || n.Path() != want.name {
			t.Errorf("%s: %+v", path, n)
		}
	}
	for _, path := range []string{"", "no", "no.thing", "apps.4", "apps.-1", "keys.0", "schema.x"} {
		n := d.Find(path)
		if n != nil || n.Text() != "" || n.Raw() != "" || n.Items() != nil || n.Texts() != nil || n.IsTrue() || n.IsList() || !n.IsBlank() ||
			n.Flag() != "" || n.Variable() != "" || n.Child("x") != nil {
			t.Errorf("%q: %+v", path, n)
		}
	}
	if n := d.Find("apps"); !n.IsList() || len(n.Items()) != 4 || !n.Child("2").IsTrue() {
		t.Errorf("apps: %+v", n)
	}
}

func TestSet(t *testing.T) {
	const flag Flag = "--key"
	d := sample(t)
	d.Set("keys.two", flag.Text("${B}"))
	d.Set("other.key", flag.List([]string{"x"}))
	d.Expand(func(string) (string, bool) { return secret, true })
	if got := d.Find("keys.one").Text() + d.Find("keys.two").Text(); got != secret+"${B}" {
		t.Errorf("keys: %s", got)
	}
	n := d.Find("other.key.0")
	if n.Text() != "x" || n.Path() != "other.key[0]" || n.Flag() != flag {
		t.Errorf("%+v", n)
	}
	d.Reject(n, "is wrong")
	d.Reject(n, "is wrong again")
	checkErr(t, "an error in a flag", d.Err(), `--key: other.key[0] "x" is wrong`)
}

func TestQuoteHidesSecrets(t *testing.T) {
	d := sample(t)
	d.Hide("keys")
	for path, want := range map[string]string{"keys.one": "", "keys": "", "open": ` "${A}"`, "apps.1": ` "5"`, "apps.3": ""} {
		if got := d.Quote(d.Find(path)); got != want {
			t.Errorf("%s is quoted as %s, want %s", path, got, want)
		}
	}
}

func TestExpand(t *testing.T) {
	d := New("target")
	d.root = mustParse(t, "a: ${YES}\nb: '${YES}'\nc: x${YES}$${YES}\nd: ${NO}\ne: ${}\nf: ${\n").root
	d.Expand(func(name string) (string, bool) { return "true", name == "YES" })
	if !d.Find("a").IsTrue() || d.Find("b").Text() != "true" || d.Find("c").Text() != "xtrue${YES}" {
		t.Errorf("a %+v, b %+v, c %+v", d.Find("a"), d.Find("b"), d.Find("c"))
	}
	for path, want := range map[string]string{"a": "YES", "c": "", "e": ""} {
		if got := d.Find(path).Variable(); got != want {
			t.Errorf("the variable of %s is %q, want %q", path, got, want)
		}
	}
	const open = "target: ${ is not followed by a name and }; write ${NAME}, or $${ for a literal ${"
	checkErr(t, "variables", d.Err(), "target: the environment variable NO is not set; set it, or write the value itself", open, open)
}

func mustParse(t *testing.T, text string) *Document {
	t.Helper()
	d, err := Parse("t.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestValidate(t *testing.T) {
	schema := Compile([]byte(`{"type": "object", "additionalProperties": false, "required": ["keys"], "properties": {
		"name": {"type": "string", "pattern": "\\S"},
		"kind": {"enum": ["one", "three"]},
		"list": {"type": "array", "minItems": 1, "uniqueItems": true},
		"size": {"type": "string", "maxLength": 1},
		"keys": {"type": "object", "additionalProperties": false, "properties": {"a": {}, "b": {}, "c": {}},
			"anyOf": [{"required": ["a"]}, {"required": ["b"]}],
			"dependentSchemas": {"a": {"properties": {"b": false}}}, "dependentRequired": {"c": ["a"]}}}}`))
	for text, want := range map[string]string{
		"{keys: {a: x}}":                    "",
		"{name: x}":                         "1:2: keys is missing; add it",
		"{keys: {a: x}, name: 5}":           `1:22: name must be a string, not a number "5"; put it in quotes`,
		"{keys: {a: x}, name: ' '}":         "1:22: name is empty; give it a value, or remove the line",
		"{keys: {a: x}, nam: x}":            `1:16: member "nam" is unknown; did you mean "name"?`,
		"{keys: {a: x, " + secret + ": x}}": "1:15: this member is unknown; the members are a, b and c",
		"{keys: {a: x}, kind: thre}":        `1:22: kind "thre" is unknown; did you mean "three"?`,
		"{keys: {a: x}, kind: zzzzz}":       `1:22: kind "zzzzz" is unknown; use one of one and three`,
		"{keys: {a: x}, list: []}":          "1:22: list is an empty list; add an item, or remove it",
		"{keys: {a: x}, list: [a, b, a]}":   `1:29: list[2] "a" is the same as list[0]; keep one of the two`,
		"{keys: {a: x}, size: xx}":          `1:22: size "xx" does not match the schema; check it against the format's JSON Schema`,
		"{keys: {a: x, b: " + secret + "}}": "1:18: keys.b cannot be combined with a; keep one of the two",
		"{keys: {b: x, c: " + secret + "}}": "1:18: keys.c requires a; add it, or remove c",
		"{keys: {}}":                        "1:2: keys has none of a and b; add one",
		"{keys: }":                          "1:2: keys is empty; give it a value, or remove the line",
	} {
		d := mustParse(t, text)
		d.Hide("keys")
		d.Validate(schema, nil)
		if want != "" {
			want = "t.yaml:" + want
		}
		checkErr(t, text, d.Err(), want)
	}
	d := New("target")
	d.Validate(schema, func(member string) string { return "give " + member })
	checkErr(t, "another sentence for a missing member", d.Err(), "target: give keys")
}

func TestDuration(t *testing.T) {
	for written, want := range map[string]string{
		"5m": "", "''": "", "5 minutes": `"5 minutes" is not a duration; write 5m`, "300": `"300" is not a duration; write 300s`,
		"3 ms": `"3 ms" is not a duration; write 3ms`, "2 Days": `"2 Days" is not a duration; write 48h`, "1d": `"1d" is not a duration; write 24h`,
		"5 weeks":     `"5 weeks" is not a duration; use one like 30s, 5m or 1h30m`,
		"9999999999h": `"9999999999h" is too long; use one like 30s, 5m or 1h30m`, "99999999999999999d": `"99999999999999999d" is not a duration; use one like 30s, 5m or 1h30m`, "soon": `"soon" is not a duration; use one like 30s, 5m or 1h30m`,
		"0s": `"0s" is not positive; remove it if nothing is declared`, "2h": `"2h" is longer than the maximum of 1h; write a shorter one`,
	} {
		d := mustParse(t, "ttl: "+written)
		got := d.Duration("ttl", time.Nanosecond, time.Hour)
		if want == "" {
			checkErr(t, written, d.Err(), "")
			continue
		}
		checkErr(t, written, d.Err(), "t.yaml:1:6: ttl "+want)
		if got == 5*time.Minute {
			t.Errorf("%s: %s", written, got)
		}
	}
	d := mustParse(t, "ttl: 5m\nless: -1s")
	if got := d.Duration("ttl", 0, time.Hour); got != 5*time.Minute || d.Duration("absent", 0, time.Hour) != 0 {
		t.Errorf("5m is %s", got)
	}
	d.Duration("less", 0, time.Hour)
	checkErr(t, "a negative one", d.Err(), `t.yaml:2:7: less "-1s" is negative; write 0s for none`)
}

// TestValueShowsNoVariable: the error of what was written is preferred to that of what a variable holds.
func TestValueShowsNoVariable(t *testing.T) {
	parse := func(text string) (string, error) {
		if text != "right" {
			return "", errors.New("is wrong: " + text)
		}
		return text, nil
	}
	d := mustParse(t, "a: right\nb: ${A}\nc: ' '\nd: []\ne: 5\n")
	d.Expand(func(string) (string, bool) { return secret, true })
	if got, ok := Value(d, d.Find("a"), parse); !ok || got != "right" {
		t.Errorf("%q, %v", got, ok)
	}
	for _, path := range []string{"b", "c", "d", "e", "absent"} {
		if got, ok := Value(d, d.Find(path), parse); ok || got != "" {
			t.Errorf("%s: %q, %v", path, got, ok)
		}
	}
	checkErr(t, "values", d.Err(), `t.yaml:2:4: b "${A}" is wrong: ${A}`, `t.yaml:5:4: e "5" is wrong: 5`)
}

func TestURL(t *testing.T) {
	for written, want := range map[string]string{
		"https://a.example/x?y=z": "", "HTTP://a:80": "", "''": "",
		"ftp://" + secret:             "does not begin with http:// or https://; write the whole URL",
		"https://":                    "is not a valid URL; use one like https://api.acme.example",
		"https://x:99999":             "is not a valid URL; use one like https://api.acme.example",
		"https://u:" + secret + "@x":  "contains a user name; remove the part before the @",
		"'https://x/#" + secret + "'": "has a fragment, which is never sent; remove the # and what follows",
	} {
		d := mustParse(t, "url: "+written)
		d.Hide("url")
		if got := d.URL(d.Find("url")); (got != nil) != (want == "" && written != "''") {
			t.Errorf("%s: %v", written, got)
		}
		if want != "" {
			want = "t.yaml:1:6: url " + want
		}
		checkErr(t, written, d.Err(), want)
	}
}
