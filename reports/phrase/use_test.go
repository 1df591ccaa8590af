package phrase_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/phrase"
)

// root is the module's folder, as seen from here.
const root = "../.."

// below has keys for what does not know this package.
const below = root + "/internal/told"

// TestEveryKeyIsUsed looks through the whole project: every key is used somewhere outside this package, and where a phrase is
// made of a key, it gets the arguments of the key's text.
func TestEveryKeyIsUsed(t *testing.T) {
	named := keyNames(t)
	used, calls := map[phrase.Key]bool{}, 0
	for _, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				used[named[keyOf(n)]] = true
			case *ast.CallExpr:
				if key, args, ok := made(n, named); ok {
					calls++
					text, _ := phrase.English(key)
					if want := len(phrase.Verbs(text.Other)); args != want {
						t.Errorf("%s: %d arguments, not %d", key, args, want)
					}
				}
			}
			return true
		})
	}
	for _, key := range phrase.Keys() {
		if !used[key] && !strings.HasPrefix(string(key), "system.") && !slices.Contains([]phrase.Key{phrase.Separator, phrase.Comma, phrase.And}, key) {
			t.Errorf("%s is used nowhere", key)
		}
	}
	if calls < 150 {
		t.Errorf("only %d phrases were found", calls)
	}
}

// keyNames are the keys by the names of their constants.
func keyNames(t *testing.T) map[string]phrase.Key {
	t.Helper()
	named := map[string]phrase.Key{}
	for _, file := range append(parsed(t, "."), parsed(t, below)...) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Names) != 1 || len(spec.Values) != 1 {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Key" {
				value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				named[spec.Names[0].Name] = phrase.Key(value)
			}
			return true
		})
	}
	if len(named) != len(phrase.Keys())+1 { // and Joined
		t.Fatalf("%d constants for %d keys", len(named), len(phrase.Keys()))
	}
	return named
}

// keyOf is the name of what a selector selects from package phrase.
func keyOf(n ast.Expr) string {
	selector, ok := n.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if from, ok := selector.X.(*ast.Ident); !ok || from.Name != "phrase" && from.Name != "told" {
		return ""
	}
	return selector.Sel.Name
}

// made is the key that a call makes a phrase of, and how many arguments it gives it.
func made(call *ast.CallExpr, named map[string]phrase.Key) (key phrase.Key, args int, ok bool) {
	name := ""
	switch function := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = function.Sel.Name
	case *ast.Ident:
		name = function.Name
	}
	skip := map[string]int{"Say": 0, "Failed": 0, "Note": 0, "Untested": 0, "note": 0, "unless": 1}
	at, makes := skip[name]
	if !makes || len(call.Args) <= at || call.Ellipsis != token.NoPos {
		return "", 0, false
	}
	key, ok = named[keyOf(call.Args[at])]
	return key, len(call.Args) - at - 1, ok
}

// sources are all files of the project that are not tests, except those of this package.
func sources(t *testing.T) []*ast.File {
	t.Helper()
	var all []*ast.File
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); name == "phrase" || name == "told" || name == "testdata" || strings.HasPrefix(name, ".") && path != root {
			return filepath.SkipDir
		}
		all = append(all, parsed(t, path)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func parsed(t *testing.T, folder string) []*ast.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, file)
	}
	return all
}

// TestProducersUseNoCatalogue: the suites and the load generator make phrases, and leave languages to the renderers. The
// JSON schema library has a catalogue of its own.
func TestProducersUseNoCatalogue(t *testing.T) {
	command := exec.Command("go", "list", "-deps", "-f", "{{if .Module}}{{.Module.Path}} {{.ImportPath}} {{.Imports}}{{end}}", "./suites", "./loadgen", "./loadgen/metrics", "./reports/conformance", "./reports/benchmark")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	own := 0
	for line := range strings.Lines(string(out)) {
		module, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if module != "github.com/unified-login/assay" {
			continue
		}
		own++
		rest = strings.ReplaceAll(rest, "golang.org/x/text/unicode/norm", "") // the forms of characters, in no language
		if strings.Contains(rest, "/reports/messages") || strings.Contains(rest, "golang.org/x/text/") {
			t.Errorf("a catalogue of messages is used by %s", rest)
		}
	}
	if own < 15 {
		t.Errorf("only %d packages of the project were found", own)
	}
}
