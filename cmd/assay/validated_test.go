package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/conformance"
)

// produced collects the JSON files that the command has written in scripts, for an independent validator.
type produced struct {
	dir string

	mu    sync.Mutex
	count int
}

// produces validates the files that scripts produce, when all of them have ended: by ajv, in its strict mode.
func produces(t *testing.T) *produced {
	t.Helper()
	p := &produced{dir: t.TempDir()}
	t.Cleanup(func() {
		for name, schema := range map[string][]byte{"conformance": conformance.Schema(), "benchmark": benchmark.Schema(), "comparison": compare.Schema()} {
			if err := os.WriteFile(filepath.Join(p.dir, name+".schema.json"), schema, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.Command("node", "../../tools/validate.mjs", p.dir).CombinedOutput()
		if err != nil {
			t.Errorf("ajv: %v; make setup installs it\n%s", err, out)
		}
		if p.count == 0 && flag.Lookup("test.run").Value.String() == "" {
			t.Error("no script has produced a JSON file")
		}
	})
	return p
}

// watch takes the files of a script when it ends. Those that it had from the beginning, and those that it has edited, are its own.
func (p *produced) watch(env *testscript.Env) error {
	given := map[string]bool{}
	each(env.WorkDir, func(path string, _ []byte) { given[path] = true })
	env.Values[editedFiles{}] = given
	env.Defer(func() {
		each(env.WorkDir, func(path string, text []byte) {
			if given[path] {
				return
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			p.count++
			name := fmt.Sprintf("%s-%d-%s", filepath.Base(env.WorkDir), p.count, filepath.Base(path))
			if err := os.WriteFile(filepath.Join(p.dir, name), text, 0o600); err != nil {
				env.T().Fatal(err)
			}
		})
	})
	return nil
}

// editedFiles is the key of the paths that are a script's own.
type editedFiles struct{}

// own marks a file as the script's own.
func own(ts *testscript.TestScript, path string) {
	ts.Value(editedFiles{}).(map[string]bool)[ts.MkAbs(path)] = true
}

// each calls use with every whole JSON file in a folder that names a schema of reports.
func each(folder string, use func(path string, text []byte)) {
	_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !strings.HasSuffix(path, ".json") {
			return nil // what a script has made unreadable is its own
		}
		text, err := os.ReadFile(path)
		var file struct{ Schema string }
		if err != nil || json.Unmarshal(text, &file) != nil {
			return nil
		}
		for _, name := range []string{"assay.conformance/", "assay.benchmark/", "assay.comparison/"} {
			if strings.HasPrefix(file.Schema, name) {
				use(path, text)
			}
		}
		return nil
	})
}
