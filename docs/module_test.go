package docs

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A copy that was moved to another module path names the old one nowhere, and all its imports resolve.
func TestTheModulePathCanBeMoved(t *testing.T) {
	const path = "example.com/acme/login-suite"
	from := strings.TrimSpace(goCommand(t, "..", "list", "-m"))
	root := t.TempDir()
	copySources(t, "..", root)
	goCommand(t, root, "run", "-C", "tools", "./module", root, path)
	if got := strings.TrimSpace(goCommand(t, root, "list", "-m")); got != path {
		t.Errorf("the module is %s, want %s", got, path)
	}
	for name, text := range copiedFiles(t, root) {
		if strings.Contains(text, from) {
			t.Errorf("%s still names %s", name, from)
		}
	}
	// Fails on an import that does not resolve; a build would take a minute.
	goCommand(t, root, "list", "-deps", "-test", "./...")
}

// goCommand runs the go command and returns its output.
func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Stderr = new(strings.Builder)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, cmd.Stderr)
	}
	return string(out)
}

func copySources(t *testing.T, from, to string) {
	t.Helper()
	for name, text := range copiedFiles(t, from) {
		if err := os.MkdirAll(filepath.Join(to, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// copiedFiles are the project's files by name, without what was built or installed.
func copiedFiles(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains([]string{".git", "bin", "out"}, name) || entry.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
