package planfile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unified-login/assay/loadgen"
	"github.com/unified-login/assay/loadgen/arrivals"
)

// everything has every member, and stages beside those that exclude them.
const everything = `schema: assay.plan/1
rate: 500/s..2000/s
shape: ramp
duration: 1m30s
warmUp: 5s
mix:
  login: 0.9
  phone: 0.1
users: 200
inFlight: 64
engine: vegeta
connections:
  maxRequests: 50
tlsResume: false
timeout: 10s
patienceLimit: 20m
seed: 42
levels:
  - p99<50ms
  - login.errors<0.1%
until:
  - "p99:5%"
abortOn:
  - violated
findLimit: true
calibrate: false
tags:
  build: "1.4.2"
  env: staging
`

const staged = `schema: assay.plan/1
stages:
  - name: calm
    rate: 0.5/s
    duration: 1m
  - name: peak
    rate: 500/s..2000/s
    shape: ramp
    duration: 30s
warmUp: 1s
levels:
  - peak/login.p99<50ms
`

// texts are the values of a file without their places.
func texts(f File) map[string][]string {
	all := map[string][]string{}
	for name, values := range f.Members {
		for _, value := range values {
			all[name] = append(all[name], value.Text)
		}
	}
	return all
}

func TestParse(t *testing.T) {
	file, err := Parse("plan.yaml", []byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"rate": {"500/s..2000/s"}, "shape": {"ramp"}, "duration": {"1m30s"}, "warmUp": {"5s"}, "mix": {"login=0.9,phone=0.1"}, "users": {"200"},
		"inFlight": {"64"}, "engine": {"vegeta"}, "connections": {"maxRequests=50"}, "tlsResume": {"false"}, "timeout": {"10s"}, "patienceLimit": {"20m0s"}, "seed": {"42"}, "levels": {"p99<50ms", "login.errors<0.1%"},
		"until": {"p99:5%"}, "abortOn": {"violated"}, "findLimit": {"true"}, "calibrate": {"false"}, "tags": {"build=1.4.2", "env=staging"},
	}
	if diff := cmp.Diff(want, texts(file)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if at := file.Members["levels"][1].Place; at != "plan.yaml:20:5" {
		t.Errorf("the second level is at %s", at)
	}
}

func TestParseStages(t *testing.T) {
	file, err := Parse("plan.yaml", []byte(strings.Replace(staged, "peak/login.p99<50ms", "{level: p99<50ms, stage: peak, endpoint: login}", 1)))
	if err != nil {
		t.Fatal(err)
	}
	want := []loadgen.Stage{{Name: "calm", Shape: arrivals.Constant, Rate: 0.5, Duration: 60e9},
		{Name: "peak", Shape: arrivals.Ramp, Rate: 500, To: 2000, Duration: 30e9}}
	if diff := cmp.Diff(want, file.Stages); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := texts(file)["levels"]; !slices.Equal(got, []string{"peak/login.p99<50ms"}) || file.StagesAt != "plan.yaml:3:3" {
		t.Errorf("levels %q, stages at %s", got, file.StagesAt)
	}
}

// What is written is read as what it was, and written again as it was.
func TestWriteReadsBack(t *testing.T) {
	for _, text := range []string{everything, staged, "schema: assay.plan/1\n"} {
		file, err := Parse("plan.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := file.Write(&out); err != nil || out.String() != text {
			t.Errorf("%v (-want +got)\n%s", err, cmp.Diff(text, out.String()))
		}
	}
}

// A text that YAML could read as something else is quoted.
func TestQuoted(t *testing.T) {
	for _, text := range []string{"yes", "null", "1.4", "5", "a: b", "- a", "#x", "a #b", "{a}", "é\"\\", "*a", "true", "0x1f", "~", " a ", "p99:5%", "p99<50ms", "10/s..20/s", "1m30s", "a\tb"} {
		file, err := Parse("plan.yaml", []byte("schema: assay.plan/1\ntags:\n  a: "+quoted(text)+"\n"))
		if strings.Contains(text, "\t") {
			continue // not a value of a tag
		}
		if err != nil || file.Members["tags"][0].Text != "a="+text {
			t.Errorf("%q: %v, %v", text, file.Members, err)
		}
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	const head = "schema: assay.plan/1\n"
	for name, test := range map[string]struct{ text, want string }{
		"stages for more than a week": {head + "stages:\n- {name: a, rate: 1/s, duration: 100h}\n- {name: b, rate: 1/s, duration: 69h}\n- {name: c, rate: 1/s, duration: 1h}\n",
			`4:34: the stages up to b last 169h in all; make them last at most 168h`},
		"another schema":    {"schema: assay.plan/2\n", `1:9: schema "assay.plan/2" is not supported; write schema: assay.plan/1`},
		"no schema":         {"rate: 5/s\n", `1:1: schema is missing; add the line schema: assay.plan/1`},
		"an unknown member": {head + "durration: 5s\n", `2:1: member "durration" is unknown; did you mean "duration"?`},
		"a rate":            {head + "rate: 500\n", `2:7: rate "500" has no unit; did you mean 500/s?`},
		"a rate's unit":     {head + "rate: '500'\n", `2:7: rate "500" has no unit; did you mean 500/s?`},
		"a shape":           {head + "shape: rmp\n", `2:8: shape "rmp" is unknown; did you mean "ramp"?`},
		"a duration":        {head + "duration: 5 minutes\n", `2:11: duration "5 minutes" is not a duration; write 5m`},
		"a bare duration":   {head + "duration: 5\n", `2:11: duration "5" is not a duration; write 5s`},
		"a stage's":         {head + "stages: [{name: a, rate: 5/s, duration: 5}]\n", `2:41: stages[0].duration "5" is not a duration; write 5s`},
		"a bare share":      {head + "limitWithin: 2.5\n", `2:14: limitWithin "2.5" has no unit; write it like 2.5%`},
		"a weight":          {head + "mix: {login: -1}\n", `2:14: mix.login "-1" is too small; use at least 0`},
		"no weight":         {head + "mix: {login: 0}\n", `2:1: mix: the weights add up to 0, so that nothing can be sent; give at least one of login, phone, replay, race and badPat a weight`},
		"a name of the mix": {head + "mix: {logn: 1}\n", `2:7: member "logn" is unknown; did you mean "login"?`},
		"a text as weight":  {head + "mix: {login: many}\n", `2:14: mix.login must be a number, not a string "many"; write digits, without quotes`},
		"users":             {head + "users: 1.5\n", `2:8: users "1.5" is not a whole number in range; write it like 100`},
		"no use":            {head + "connections: {}\n", `2:1: connections has 0 members; write reuse: false, or maxRequests: 50`},
		"two uses":          {head + "connections: {reuse: false, maxRequests: 5}\n", `2:1: connections has 2 members; write reuse: false, or maxRequests: 50`},
		"no requests":       {head + "connections: {maxRequests: 0}\n", `2:28: connections.maxRequests "0" is too small; use at least 1`},
		"unknown use":       {head + "connections: {keep: 5}\n", `2:15: member "keep" is unknown; the members are maxRequests and reuse`},
		"reuse as text":     {head + "connections: {reuse: 'no'}\n", `2:22: connections.reuse must be a boolean, not a string "no"; write true or false, without quotes`},
		"users as text":     {head + "users: '5'\n", `2:8: users must be a whole number, not a string "5"; write digits, without quotes`},
		"huge users":        {head + "users: 99999999999999999999\n", `2:8: users "99999999999999999999" is too large; write a smaller number`},
		"an exponent":       {head + "users: 1e400\n", `2:8: users "1e400" has an exponent, with which YAML reads it as a text; write all of its digits`},
		"a small exponent":  {head + "mix: {login: 1e-3}\n", `2:14: mix.login "1e-3" has an exponent, with which YAML reads it as a text; write all of its digits`},
		"a huge seed":       {head + "seed: 99999999999999999999\n", `2:7: seed "99999999999999999999" is too large; write a smaller number`},
		"a huge weight":     {head + "mix: {login: 99999999999999999999}\n", `2:14: mix.login "99999999999999999999" is too large; write a smaller number`},
		"centuries":         {head + "duration: 99999999999999999999s\n", `2:11: duration "99999999999999999999s" is too long; use one like 30s, 5m or 1h30m`},
		"a stage's ages":    {head + "stages: [{name: a, rate: 5/s, duration: 9999999999h}]\n", `2:41: stages[0].duration "9999999999h" is too long; use one like 30s, 5m or 1h30m`},
		"a level of ages":   {head + "levels: [p99<9999999999h]\n", `2:10: levels[0] "p99<9999999999h" has a bound that is too long; write it like p99<50ms`},
		"a huge rate":       {head + "rate: 99999999999999999999/s\n", `2:7: rate "99999999999999999999/s" is above the maximum of 10000000/s`},
		"a level":           {head + "levels: [p98<50ms]\n", `2:10: levels[0] "p98<50ms" has an unknown metric; use one of p50, p90, p95, p99, p999, max, mean, errors and throughput`},
		"one level":         {head + "levels: p99<50ms\n", `2:9: levels must be a list, not a string "p99<50ms"; write it as [first, second]`},
		"two scopes":        {head + "levels: [{level: login.p99<50ms, endpoint: phone}]\n", `2:44: levels[0].endpoint "phone" is beside a level that names its own part of the run; keep one of the two`},
		"an endpoint":       {head + "levels: [{level: p99<50ms, endpoint: logn}]\n", `2:38: levels[0].endpoint "logn" is unknown; did you mean "login"?`},
		"a stage's level":   {head + "levels: [{level: p99<50ms, stage: peak}]\n", `2:35: levels[0] is about the stage "peak", which the plan does not have; write one of its stages`},
		"until":             {head + "until: ['p99:5']\n", `2:9: until[0] "p99:5" does not end with a percentage between 0 and 100; write it like p99:5%`},
		"abortOn":           {head + "abortOn: [errors]\n", `2:11: abortOn[0] "errors" is unknown; use one of violated`},
		"a switch":          {head + "findLimit: 'yes'\n", `2:12: findLimit must be a boolean, not a string "yes"; write true or false, without quotes`},
		"a tag":             {head + "tags: {job: x}\n", `2:13: tag "job" has the name of a label that the metrics have already; use another name`},
		"a number as tag":   {head + "tags: {build: 5}\n", `2:15: tags.build must be a string, not a number "5"; put it in quotes`},
		"stages and a rate": {head + "rate: 5/s\nstages: [{name: a, rate: 5/s, duration: 5s}]\n", `2:7: rate cannot be combined with stages; keep one of the two`},
		"a stage's name":    {head + "stages: [{name: 1a, rate: 5/s, duration: 5s}]\n", `2:17: stages[0].name "1a" is not a name of a stage; use a letter and then at most 31 letters, digits, _ and -`},
		"a name twice":      {head + "stages: [{name: a, rate: 5/s, duration: 5s}, {name: a, rate: 5/s, duration: 5s}]\n", `2:53: stages[1].name "a" is the name of an earlier stage; give each its own`},
		"no duration":       {head + "stages: [{name: a, rate: 5/s}]\n", `2:11: stages[0].duration is missing; add it`},
		"a closed stage":    {head + "stages: [{name: a, rate: max, duration: 5s}]\n", `2:26: stages[0].rate "max" has no schedule, and a stage needs one; use a rate like 500/s`},
		"an empty stage":    {head + "stages: [{name: a, rate: 1/s, duration: 500ms}]\n", `2:11: stage a: no arrival falls within 500ms at this rate; raise the rate or the duration`},
		"a range":           {head + "stages: [{name: a, rate: 1/s..2/s, duration: 5s}]\n", `2:11: stage a: shape constant has one rate, not the range 1/s..2/s; use one rate, or one of ramp, step, sine and spike`},
		"no time":           {head + "stages: [{name: a, rate: 1/s, duration: 0s}]\n", `2:41: stages[0].duration "0s" is out of range; use more than 0s and at most 168h0m0s`},
	} {
		_, err := Parse("plan.yaml", []byte(test.text))
		if got := ""; err == nil || err.Error() != "plan.yaml:"+test.want {
			if err != nil {
				got = err.Error()
			}
			t.Errorf("%s:\n got %s\nwant plan.yaml:%s", name, got, test.want)
		}
	}
}

// Every member but schema and stages has a form, and the schema has the shapes and the names of the mix that there are.
func TestTheSchemaHasTheMembers(t *testing.T) {
	var published struct {
		Properties map[string]struct {
			Enum       []arrivals.Shape
			Properties map[string]any
			MaxItems   int
		}
	}
	if err := json.Unmarshal(Schema(), &published); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range published.Properties {
		if name != "schema" && name != "stages" {
			names = append(names, name)
		}
	}
	members := Members()
	slices.Sort(names)
	slices.Sort(members)
	if !slices.Equal(names, members) {
		t.Errorf("the schema has %q, the forms %q", names, members)
	}
	if shapes := published.Properties["shape"].Enum; !slices.Equal(shapes, arrivals.Shapes()) {
		t.Errorf("shapes %q", shapes)
	}
	for _, name := range loadgen.MixNames() {
		if _, ok := published.Properties["mix"].Properties[name]; !ok {
			t.Errorf("the schema has no weight %s", name)
		}
	}
	if most := published.Properties["stages"].MaxItems; most != loadgen.MaxStages {
		t.Errorf("at most %d stages", most)
	}
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.yaml")
	if _, err := Load(path); err == nil || !strings.HasSuffix(err.Error(), "plan.yaml: no such file or directory; check the path") {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte(staged), 0o600); err != nil {
		t.Fatal(err)
	}
	if file, err := Load(path); err != nil || len(file.Stages) != 2 {
		t.Errorf("%+v, %v", file, err)
	}
}

// FuzzPlan reads random text: nothing panics, and what is accepted is written as a file that is read as the same.
func FuzzPlan(f *testing.F) {
	for _, text := range []string{everything, staged, "schema: assay.plan/1\nmix: {login: 1e3}\n", "schema: assay.plan/1\ntags: {a: \"\\u00e9\"}\n",
		"schema: assay.plan/1\nusers: .nan\nseed: 1e999\n", "schema: assay.plan/1\nlevels: [{}]\nstages: [5, {name: 5}]\nuntil: [{a: b}]\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse("plan.yaml", []byte(text))
		if err != nil {
			return
		}
		var out strings.Builder
		if err := file.Write(&out); err != nil {
			t.Fatal(err)
		}
		again, err := Parse("plan.yaml", []byte(out.String()))
		if err != nil {
			t.Fatalf("%q is written as %q: %v", text, out.String(), err)
		}
		var second strings.Builder
		if err := again.Write(&second); err != nil || second.String() != out.String() {
			t.Errorf("%v\n%s", err, cmp.Diff(out.String(), second.String()))
		}
		if diff := cmp.Diff(file.Stages, again.Stages); diff != "" {
			t.Error(diff)
		}
	})
}
