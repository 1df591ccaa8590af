package docs

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/conformance"
)

// TestEmbeddingGuide compares the code in embedding.md with the module that TestEmbedding runs.
func TestEmbeddingGuide(t *testing.T) {
	guide, err := os.ReadFile("embedding.md")
	if err != nil {
		t.Fatal(err)
	}
	page := regexp.MustCompile("(?s)```go file=(\\S+)\n(.*?)```").ReplaceAllStringFunc(string(guide), func(block string) string {
		name := regexp.MustCompile(`file=(\S+)`).FindStringSubmatch(block)[1]
		code, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("```go file=%s\n%s```", name, code)
	})
	if *update {
		if err := os.WriteFile("embedding.md", []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if page != string(guide) {
		t.Error("embedding.md does not show the code of embedding/; run make docs")
	}
}

// TestEmbedding compiles the module of embedding/ and runs both of its programs against the reference platform. It works
// on a copy, because go completes go.mod and go.sum.
func TestEmbedding(t *testing.T) {
	dir := embeddingModule(t)
	target := serveReference(t)
	run := func(args ...string) string {
		command := exec.CommandContext(t.Context(), "go", args...)
		command.Dir = dir
		command.Env = append(os.Environ(), "TARGET="+target, "GOFLAGS=-mod=mod", "GOWORK=off")
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, output)
		}
		return string(output)
	}
	run("vet", "./...")
	run("test", "-count=1", ".")
	file, err := os.Open(filepath.Join(dir, "conformance.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	report, err := conformance.ReadJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range report.Requirements {
		selected := result.ID == "code.single-use" || strings.HasPrefix(result.ID, "login.")
		if tested := result.Verdict != assay.Untested; tested != selected || result.Verdict == assay.Fail {
			t.Errorf("%s: %s: %s", result.ID, result.Verdict, result.Reason)
		}
	}
	// The outcome is not checked: it depends on how busy this machine is.
	if output := run("run", "./load"); !strings.Contains(output, ": 200 of 200 exchanges accepted") {
		t.Errorf("the load run printed %q, want 200 of 200 exchanges accepted", output)
	}
}

// embeddingModule is a copy of embedding/ that replaces assay by this checkout.
func embeddingModule(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("embedding")); err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]string{"go.mod": "embedding/go.mod", "go.sum": "../go.sum"} {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.ReplaceAll(text, []byte("=> ../.."), []byte("=> "+root))
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// serveReference runs assay serve until the test ends and returns its target file.
func serveReference(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	binary, target := filepath.Join(dir, "assay"), filepath.Join(dir, "target.yaml")
	if output, err := exec.Command("go", "build", "-o", binary, "../cmd/assay").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	command := exec.Command(binary, "serve", "--addr", "127.0.0.1:0", "--driver-addr", "127.0.0.1:0", "--write-target", target)
	command.Stderr = t.Output()
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait() // it was killed
	})
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "target ") {
			return target // both listeners are open by now
		}
	}
	t.Fatalf("assay serve ended before it had written a target file: %v", lines.Err())
	return ""
}
