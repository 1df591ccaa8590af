package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/phrase"
	"github.com/unified-login/assay/reports/sample"
)

// TestEveryErrorHasAKey: the command makes no error of English words alone, which a Chinese run would show.
func TestEveryErrorHasAKey(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil || len(paths) < 50 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if from, ok := selector.X.(*ast.Ident); ok && (from.Name == "fmt" && selector.Sel.Name == "Errorf" || from.Name == "errors" && selector.Sel.Name == "New") {
				if path != "settle.go" && path != "wait.go" { // a kind of file and a failure of a connection, in their own words
					t.Errorf("%s: an error without a key", files.Position(selector.Pos()))
				}
			}
			return true
		})
	}
}

// complaintsIn runs a command line that is refused, and returns what it says with LC_ALL set.
func complaintsIn(t *testing.T, language string, args ...string) string {
	t.Helper()
	t.Setenv("LC_ALL", language)
	var out, complaints bytes.Buffer
	env := func(name string) (string, bool) { return language, name == "LC_ALL" }
	if code := run(t.Context(), args, surroundings{env: env, stdin: &bytes.Buffer{}, stdout: &out, stderr: &complaints}); code != exitUsage {
		t.Errorf("%q: exit code %d\n%s%s", args, code, out.String(), complaints.String())
	}
	return complaints.String()
}

// TestErrorsAreInTheLanguageOfTheRun: each line is refused, in Chinese without an English sentence, and in English without a Chinese character.
func TestErrorsAreInTheLanguageOfTheRun(t *testing.T) {
	t.Chdir(t.TempDir())
	for line := range strings.Lines(refusedLines) {
		args := strings.Fields(line)
		if said := complaintsIn(t, "zh_CN.UTF-8", args...); len(sample.ForeignSentences(said)) > 0 || !hasHan(said) {
			t.Errorf("%q: %q in %s", args, sample.ForeignSentences(said), said)
		}
		if said := complaintsIn(t, "C", args...); hasHan(said) || !strings.HasPrefix(said, "assay: ") {
			t.Errorf("%q: %s", args, said)
		}
	}
}

const refusedLines = `tset
nothing-like-it
report htm
report html
report html a b
report html none
report compare a
report compare a b
report matrix
report merge
report merge none none
help nothing-like-it
schema
schema targt
schema nothing-like-it
explain a b
explain --set 9
test --nope
test --seeds 1
test --seed
test --seed x
test --quiet=maybe
test --timeout 5
test --timeout 99999999h
test --timeout 0s
test --out=
test target.yaml
test --patience -1s
test --patience-limit -1s
test --in-flight 0
test --wait -1s
test --driver-only
test --driver-only --json --target x
serve x
serve --addr localhost
serve --driver-addr 7081
serve --driver-addr 0.0.0.0:0
serve --limit -1
serve --delay 1h
mint
mint --kind x
mint --count 0
mint --users 0
power --scenario x
load --duration 3
load --duration 200h
load --warm-up -1s
load --timeout 0s
load --patience-limit -1s
load --users 0
load --in-flight -1
load --shape rampp
load --shape nothing
load --abort-on x
load --find-limit --until p99<50ms
load --find-limit --abort-on violated
load --find-limit --rate max
load --find-limit --shape poisson
load --find-limit --limit-within 3
load --find-limit --limit-time 5s
load --limit-time 5m
load --limit-within 5%
load --until p99<5ms --shape ramp --rate 5/s..9/s
load --rate max --until p99:5%
load --rate max --shape ramp
load --tag a
load --tag a=1 --tag a=2
load --metrics nowhere
load --linger -1s
load --linger 5s
load --tolerance 0.1
load --against reference --find-limit
load --against reference --calibrate
load --against reference --rate max
load --against b.yaml
load --against reference --target a.yaml
load --slo a/p99<5ms
load --slo p99
load --slo p98<5ms
load --slo p99<5
load --slo p99>5ms
load --slo errors<5
load --slo errors<x
load --slo x.p99<5ms
load --slo throughput>=501/s
load --rate 5
load --rate x
load --rate 0/s
load --rate 0.01/s --duration 1s
load --shape ramp
load --mix none=1
load --mix login
load --mix login=0
load --tag le=1
load --engine fast
load --connections 50
load --connections maxRequests=0
load --until p99:5
load --until x:5%
load --against reference --tolerance 2
load --profile none
test --profile none
test --only zz
test --skip *
explain single-use
explain nothing-like-it
power --fault x
power --legal --scenario x
`

// TestAFlagDecidesTheLanguageOfErrors: --lang counts for a command line that is refused, even where it is written behind the mistake.
func TestAFlagDecidesTheLanguageOfErrors(t *testing.T) {
	for line, chinese := range map[string]bool{
		"test --nope --lang zh-CN": true, "test --lang=zh --nope": true, "load --lang zh --lang en --nope": false, "test --nope -- --lang zh": false, "test --nope --lang": false,
	} {
		if said := complaintsIn(t, "C", strings.Fields(line)...); hasHan(said) != chinese {
			t.Errorf("%s: %s", line, said)
		}
	}
	if said := complaintsIn(t, "zh_CN.UTF-8", "test", "--nope", "--lang", "en"); hasHan(said) {
		t.Error(said)
	}
}

// TestJoinedErrorsAreSaidOneByOne: a line for each, and the words of one that only looks like a list.
func TestJoinedErrorsAreSaidOneByOne(t *testing.T) {
	in, first := messages.For(messages.Chinese), phrase.Failed(phrase.RunInterrupted)
	list := errors.Join(first, errors.Join(errors.New("its own"), phrase.Failed(phrase.HintPath)))
	if got, want := said(in, list), "已中断\nits own\n请检查路径"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if both := fmt.Errorf("%w: %w", first, first); said(in, both) != "interrupted: interrupted" {
		t.Errorf("%q", said(in, both))
	}
	if wrapped := phrase.Failed(phrase.At, "x", first); said(in, wrapped) != "x：已中断" {
		t.Errorf("%q", said(in, wrapped))
	}
}
