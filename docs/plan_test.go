package docs

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/unified-login/assay/internal/schematest"
	"github.com/unified-login/assay/planfile"
)

// The plans that the guides show are plans, for assay and for an editor that has the published schema.
func TestPlanExamples(t *testing.T) {
	schema := schematest.Compile(t, planfile.Schema())
	guides, _ := filepath.Glob("*.md")
	shown := 0
	for _, name := range append(guides, "../README.md") {
		guide, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range regexp.MustCompile("(?s)```yaml\\w*\n(.*?)```").FindAllSubmatch(guide, -1) {
			if !bytes.Contains(block[1], []byte(planfile.Version)) {
				continue
			}
			shown++
			if _, err := planfile.Parse(name, block[1]); err != nil {
				t.Error(err)
			}
			if err := schema.Validate(asJSON(t, block[1])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if shown == 0 {
		t.Error("the guides show no plan")
	}
}

// The schema alone refuses what an editor can know to be wrong.
func TestTheSchemaOfAPlanRefuses(t *testing.T) {
	schema := schematest.Compile(t, planfile.Schema())
	for _, text := range []string{"rate: 5", "durration: 5s", "shape: rmp", "users: 0", "levels: p99<50ms", "mix: {logn: 1}", "abortOn: [never]", "findLimit: 'yes'",
		"stages: []", "stages: [{name: a, rate: 5/s}]", "rate: 5/s\nstages: [{name: a, rate: 5/s, duration: 5s}]", "levels: [{stage: a}]", "tags: {a: 5}"} {
		if schema.Validate(asJSON(t, []byte("schema: assay.plan/1\n"+text+"\n"))) == nil {
			t.Errorf("the schema accepts %q", text)
		}
	}
}

// asJSON is what an editor makes of a YAML file.
func asJSON(t *testing.T, text []byte) any {
	t.Helper()
	made, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(made)))
	if err != nil {
		t.Fatal(err)
	}
	return value
}
