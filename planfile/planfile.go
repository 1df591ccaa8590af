// Package planfile reads and writes plan files, which say what a load run does.
//
// Start with [Load] and [File.Write]. A file has the members that its author wrote, each as the flag of assay load that it stands for
// takes it: what is absent is decided by the flags and the target. [Schema] is the JSON Schema of the format.
package planfile

import (
	_ "embed" // the schema is part of the package
	"slices"
	"sync"

	"github.com/unified-login/assay/internal/document"
	"github.com/unified-login/assay/loadgen"
)

// Version is the schema member of a plan file.
const Version = "assay.plan/1"

//go:embed plan.schema.json
var schemaJSON []byte

var schema = sync.OnceValue(func() *document.Schema { return document.Compile(schemaJSON) })

// Schema returns the JSON Schema (2020-12) of a plan file.
func Schema() []byte { return slices.Clone(schemaJSON) }

// The members of a plan file but schema and stages, in the order in which they are written.
const (
	Rate          = "rate"
	Shape         = "shape"
	Duration      = "duration"
	WarmUp        = "warmUp"
	Mix           = "mix"
	Users         = "users"
	InFlight      = "inFlight"
	Engine        = "engine"
	Connections   = "connections"
	TLSResume     = "tlsResume"
	Timeout       = "timeout"
	PatienceLimit = "patienceLimit"
	Seed          = "seed"
	Levels        = "levels"
	Until         = "until"
	AbortOn       = "abortOn"
	FindLimit     = "findLimit"
	LimitWithin   = "limitWithin"
	LimitTime     = "limitTime"
	Calibrate     = "calibrate"
	Tags          = "tags"
)

// A form is how the value of a member is written.
type form int

const (
	text    form = iota
	literal      // a number or a boolean
	list
	weights  // a mapping of numbers
	labelled // a mapping of texts
	setting  // a mapping with one number or boolean
)

// A memberForm is a member and its form.
type memberForm struct {
	name string
	form form
}

// forms is the only list of the members.
func forms() []memberForm {
	return []memberForm{
		{Rate, text}, {Shape, text}, {Duration, text}, {WarmUp, text}, {Mix, weights}, {Users, literal}, {InFlight, literal}, {Engine, text},
		{Connections, setting}, {TLSResume, literal}, {Timeout, text},
		{PatienceLimit, text}, {Seed, literal}, {Levels, list}, {Until, list}, {AbortOn, list}, {FindLimit, literal},
		{LimitWithin, text}, {LimitTime, text}, {Calibrate, literal},
		{Tags, labelled},
	}
}

// Members are the names of the members, in the order in which they are written.
func Members() (names []string) {
	for _, member := range forms() {
		names = append(names, member.name)
	}
	return names
}

// A File is what a plan file says.
type File struct {
	// Members has the values of the members that are in the file, by name: one, or for a list and for tags one for each item. A weight
	// of the mix and a tag are NAME=VALUE.
	Members map[string][]Value
	// Stages are nil without stages, and StagesAt says where they are written.
	Stages   []loadgen.Stage
	StagesAt string
}

// A Value is a value as a flag takes it, and where it was written.
type Value struct{ Text, Place string }
