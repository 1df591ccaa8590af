package docs

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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
	module, err := os.ReadFile("embedding/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.ReplaceAll(string(module), "=> ../..", "=> ../assay"); !strings.Contains(page, "```go.mod\n"+want+"```") {
		t.Errorf("embedding.md does not show embedding/go.mod, which is, with ../assay for ../..:\n%s", want)
	}
}

// TestEmbedding runs the guide's commands, in order, in a copy of embedding/, against the reference platform.
func TestEmbedding(t *testing.T) {
	dir := embeddingModule(t)
	guide, err := os.ReadFile("embedding.md")
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, line := range regexp.MustCompile(`(?m)^\$ (?:TARGET=\S+ )?go (.+)$`).FindAllStringSubmatch(string(guide), -1) {
		commands = append(commands, line[1])
	}
	if want := []string{"mod tidy", "test -v .", "run ./load"}; !slices.Equal(commands, want) {
		t.Fatalf("embedding.md has the go commands %q, want %q", commands, want)
	}
	target := serveReference(t)
	output := map[string]string{}
	for _, line := range commands {
		command := exec.CommandContext(t.Context(), "go", strings.Fields(line)...)
		command.Dir = dir
		command.Env = append(os.Environ(), "TARGET="+target, "GOFLAGS=", "GOWORK=off")
		printed, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", line, err, printed)
		}
		output[line] = string(printed)
	}
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
	if printed := output["run ./load"]; !strings.Contains(printed, ": 200 of 200 exchanges accepted") {
		t.Errorf("the load run printed %q, want 200 of 200 exchanges accepted", printed)
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
	file := filepath.Join(dir, "go.mod")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.ReplaceAll(text, []byte("=> ../.."), []byte("=> "+root))
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestEmbeddingNeedsATarget: both programs say what is missing, in their own terms.
func TestEmbeddingNeedsATarget(t *testing.T) {
	dir := embeddingModule(t)
	goCommand(t, dir, "mod", "tidy")
	for _, args := range [][]string{{"test", "."}, {"run", "./load"}} {
		command := exec.CommandContext(t.Context(), "go", args...)
		command.Dir = dir
		command.Env = append(os.Environ(), "TARGET=", "GOWORK=off")
		output, err := command.CombinedOutput()
		if err == nil || !strings.Contains(string(output), "TARGET is not set; set it to the path of a target file") {
			t.Errorf("go %s without TARGET: %v\n%s", strings.Join(args, " "), err, output)
		}
	}
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
