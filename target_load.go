package assay

import (
	_ "embed" // the schema is part of the package
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

//go:embed target.schema.json
var targetSchemaJSON []byte

var targetSchema = sync.OnceValue(func() *schema { return compileSchema(targetSchemaJSON) })

// TargetSchemaJSON returns the JSON Schema (2020-12) of a target file.
func TargetSchemaJSON() []byte { return slices.Clone(targetSchemaJSON) }

// LoadTarget reads the target file at path. Relative paths in it start from its directory; env looks variables up, as
// os.LookupEnv does. Profiles that it leaves out are login and phone.
//
// Whatever is wrong is an error of one line, FILE:LINE:COLUMN: what and the way out, and several, up to ten, are
// joined by [errors.Join]. No line shows a secret.
func LoadTarget(path string, env func(string) (string, bool)) (Target, error) {
	return Overrides{}.Load(path, env)
}

// ParseTarget is [LoadTarget] for text already read: name stands for the file in errors, and relative paths start from
// dir, or are left as they are when it is empty.
func ParseTarget(name string, text []byte, dir string, env func(string) (string, bool)) (Target, error) {
	doc, err := parseDocument(name, text)
	if err != nil {
		return Target{}, err
	}
	return Overrides{}.read(doc, dir, env)
}

// Overrides are members given beside a target file, or in its stead: each that is not zero replaces the file's.
type Overrides struct {
	APIServers []string // --api-server
	Apps       []string // --app
	PAT        Secret   // --pat: replaces pats.valid; file:PATH reads a file
	Driver     string   // --driver: exec:COMMAND ARGS (split at spaces), an http or https URL, or pool:PATH
	Profiles   []string // --profile
}

// memberFlags are the flags that override a member.
var memberFlags = map[string]string{
	"apiServer": "--api-server", "apps": "--app", "pats.valid": "--pat", "driver": "--driver", "profiles": "--profile",
}

// Load reads the target file at path, as [LoadTarget] does, with the overrides in place before anything is required.
// An empty path is a target made of the overrides alone. Relative paths in overrides start from the working
// directory, ${NAME} in them is left to the shell, and errors in them name the flag.
func (o Overrides) Load(path string, env func(string) (string, bool)) (Target, error) {
	if path == "" {
		doc := &document{root: &node{shape: mapping}}
		doc.root.set("schema", given("", TargetSchema))
		return o.read(doc, "", env)
	}
	doc, err := readDocument(path)
	if err != nil {
		return Target{}, err
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return Target{}, err
	}
	return o.read(doc, dir, env)
}

// read turns doc into a target.
func (o Overrides) read(doc *document, dir string, env func(string) (string, bool)) (Target, error) {
	doc.hidden = []string{"pats", "driver"}
	if err := doc.version(TargetSchema); err != nil {
		return Target{}, err
	}
	o.apply(doc)
	doc.expand(doc.root, env)
	reader := targetReader{doc: doc, dir: dir}
	target := reader.target()
	doc.validate(targetSchema())
	if err := doc.err(); err != nil {
		return Target{}, err
	}
	return target, nil
}

// apply puts the overrides into the document, so that what they replace is neither expanded nor checked.
func (o Overrides) apply(doc *document) {
	for name, values := range map[string][]string{"apiServer": o.APIServers, "apps": o.Apps, "profiles": o.Profiles} {
		if len(values) > 0 {
			doc.root.set(name, givenList(memberFlags[name], values))
		}
	}
	if o.PAT != "" {
		pats := doc.root.find("pats")
		if pats == nil || pats.shape == scalar && pats.value == nil {
			pats = &node{shape: mapping, place: place{flag: "--pat"}}
			doc.root.set("pats", pats)
		}
		pats.set("valid", given("--pat", o.PAT.Reveal()))
	}
	if o.Driver != "" {
		doc.root.set("driver", givenDriver(doc, o.Driver))
	}
}

// givenDriver is the driver member that --driver stands for.
func givenDriver(doc *document, text string) *node {
	const flag = "--driver"
	driver := &node{shape: mapping, place: place{flag: flag}}
	transport, rest, _ := strings.Cut(text, ":")
	switch transport {
	case "exec":
		driver.set("exec", givenList(flag, strings.Fields(rest)))
	case "http", "https":
		driver.set("http", given(flag, text))
	case "pool":
		driver.set("pool", given(flag, rest))
	default:
		doc.reportNode(driver, "this is not a driver; write exec:COMMAND ARGS, an http or https URL, or pool:PATH")
	}
	return driver
}

func given(flag, text string) *node {
	return &node{place: place{flag: flag}, value: text, raw: text}
}

func givenList(flag string, texts []string) *node {
	n := &node{shape: list, place: place{flag: flag}}
	for _, text := range texts {
		n.items = append(n.items, given(flag, text))
	}
	return n
}
