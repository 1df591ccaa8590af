// Package targetfile reads the files in which a user describes an implementation under test: the target file and the
// waiver file.
//
// Start with [Load]; [Overrides] are members that flags give, and [LoadWaivers] reads the file that a target names.
package targetfile

import (
	_ "embed" // the schema is part of the package
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/internal/document"
)

//go:embed target.schema.json
var schemaJSON []byte

var schema = sync.OnceValue(func() *document.Schema { return document.Compile(schemaJSON) })

// Schema returns the JSON Schema (2020-12) of a target file.
func Schema() []byte { return slices.Clone(schemaJSON) }

// Load reads the target file at path. Relative paths in it start from its directory; env looks up variables, as
// os.LookupEnv does. Profiles that it leaves out are login and phone.
//
// An error has one line for each problem, up to ten, joined by [errors.Join]: FILE:LINE:COLUMN, the problem and the way
// out. No line shows a secret.
func Load(path string, env func(string) (string, bool)) (assay.Target, error) {
	if path == "" {
		return assay.Target{}, errors.New("the path of the target file is empty; name a file")
	}
	return Overrides{}.Load(path, env)
}

// Overrides are members of a target that flags give. Each that is not zero replaces the file's.
type Overrides struct {
	APIServers []string     // --api-server
	Apps       []string     // --app
	PAT        assay.Secret // --pat: replaces pats.valid; file:PATH reads a file
	Driver     string       // --driver: exec:COMMAND ARGS (split at spaces), an http or https URL, or pool:PATH
	Profiles   []string     // --profile
}

// The flags of Overrides, which errors name.
const (
	flagAPIServer document.Flag = "--api-server"
	flagApp       document.Flag = "--app"
	flagPAT       document.Flag = "--pat"
	flagDriver    document.Flag = "--driver"
	flagProfile   document.Flag = "--profile"
)

// Load reads the target file at path, as [Load] does, and applies the overrides before it checks for required
// members. An empty path stands for a target made of the overrides alone. Relative paths in overrides start from the
// working directory, and ${NAME} in them is not expanded. An error in an override names its flag.
func (o Overrides) Load(path string, env func(string) (string, bool)) (assay.Target, error) {
	if path == "" {
		doc := document.New("target")
		doc.Set("schema", document.Flag("").Text(assay.TargetSchema))
		return o.read(doc, "", env)
	}
	doc, err := document.Read(path)
	if err != nil {
		return assay.Target{}, err
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return assay.Target{}, err
	}
	return o.read(doc, dir, env)
}

// read turns doc into a target. Relative paths start from dir, or stay as they are when it is empty.
func (o Overrides) read(doc *document.Document, dir string, env func(string) (string, bool)) (assay.Target, error) {
	doc.Hide("pats", "driver", "transport")
	if err := doc.Version(assay.TargetSchema); err != nil {
		return assay.Target{}, err
	}
	o.apply(doc)
	doc.Expand(env)
	target := reader{Document: doc, dir: dir}.target()
	doc.Validate(schema(), func(member string) string { return missingMember(member, doc.IsFile()) })
	if err := doc.Err(); err != nil {
		return assay.Target{}, err
	}
	return target, nil
}

// apply puts the overrides into doc before it is expanded and checked: what they replace need not be valid.
func (o Overrides) apply(doc *document.Document) {
	lists := []struct {
		member string
		flag   document.Flag
		values []string
	}{{"apiServer", flagAPIServer, o.APIServers}, {"apps", flagApp, o.Apps}, {"profiles", flagProfile, o.Profiles}}
	for _, list := range lists {
		if len(list.values) > 0 {
			doc.Set(list.member, list.flag.List(list.values))
		}
	}
	if o.PAT != "" {
		doc.Set("pats.valid", flagPAT.Text(o.PAT.Reveal()))
	}
	if o.Driver != "" {
		applyDriver(doc, o.Driver)
	}
}

// applyDriver replaces the member driver with what --driver says.
func applyDriver(doc *document.Document, text string) {
	driver := flagDriver.Mapping()
	doc.Set("driver", driver)
	transport, address, _ := strings.Cut(text, ":")
	switch transport {
	case "exec":
		doc.Set("driver.exec", flagDriver.List(strings.Fields(address)))
	case "http", "https":
		doc.Set("driver.http", flagDriver.Text(text))
	case "pool":
		doc.Set("driver.pool", flagDriver.Text(address))
	default:
		doc.Report(driver, "this is not a driver; write exec:COMMAND ARGS, an http or https URL, or pool:PATH")
	}
}

// missingMember says that a required member is absent, and which flag may give it.
func missingMember(member string, isFile bool) string {
	var flag document.Flag
	switch member {
	case "apiServer":
		flag = flagAPIServer
	case "apps":
		flag = flagApp
	case "pats", "pats.valid":
		member, flag = "pats.valid", flagPAT
	}
	switch {
	case !isFile:
		return fmt.Sprintf("%s is missing; give %s, or name a target file with --target", member, flag)
	case flag != "":
		return fmt.Sprintf("%s is missing; add it, or give %s", member, flag)
	default:
		return member + " is missing; add it"
	}
}
