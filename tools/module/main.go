// Command module moves the project to another module path: in go.mod, in every import, and wherever else a file names the
// path.
//
//	go run -C tools ./module .. example.com/acme/assay
package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "module:", err)
		os.Exit(2)
	}
}

func run(args []string) error {
	if len(args) != 2 || args[1] == "" {
		return errors.New("the new module path is missing; name it: make module MODULE=example.com/acme/assay")
	}
	root, to := args[0], args[1]
	if err := module.CheckPath(to); err != nil {
		return err
	}
	file, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	from := modfile.ModulePath(file)
	if from == "" {
		return fmt.Errorf("%s names no module", filepath.Join(root, "go.mod"))
	}
	changed, err := rewrite(root, from, to)
	if err != nil {
		return err
	}
	fmt.Printf("%s is now %s in %d files\n", from, to, changed)
	return nil
}

// rewrite moves every text file under root, and returns how many it changed.
func rewrite(root, from, to string) (changed int, err error) {
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skipped(root, name):
			return filepath.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		before, err := os.ReadFile(name)
		if err != nil || bytes.IndexByte(before, 0) >= 0 {
			return err
		}
		after := replace(before, from, to)
		if bytes.Equal(after, before) {
			return nil
		}
		if filepath.Ext(name) == ".go" { // the imports of a block may sort differently now
			if after, err = format.Source(after); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		changed++
		return os.WriteFile(name, after, 0o644) // an existing file keeps its mode
	})
	return changed, err
}

// replace replaces whole paths only: a path that goes on, as in assay-tools, is another one.
func replace(text []byte, from, to string) []byte {
	var result []byte
	for {
		i := bytes.Index(text, []byte(from))
		if i < 0 {
			return append(result, text...)
		}
		before, _ := utf8.DecodeLastRune(text[:i])
		after, _ := utf8.DecodeRune(text[i+len(from):])
		result = append(result, text[:i]...)
		if partOfName(before) || before == '.' || partOfName(after) {
			result = append(result, from...)
		} else {
			result = append(result, to...)
		}
		text = text[i+len(from):]
	}
}

func partOfName(r rune) bool {
	return r == '-' || r == '_' || r == '~' || unicode.IsDigit(r) || unicode.IsLetter(r)
}

// skipped reports whether a folder holds no sources: history, builds, reports and installed packages.
func skipped(root, name string) bool {
	switch rel, _ := filepath.Rel(root, name); rel {
	case ".git", "bin", "out":
		return true
	}
	return filepath.Base(name) == "node_modules"
}
