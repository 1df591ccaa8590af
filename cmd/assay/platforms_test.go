package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// The command compiles on other systems. Types are checked from source, without function bodies of other modules, which
// takes two seconds a platform; make cross builds for all of them, which takes a minute a platform with an empty cache.
func TestTheCommandCompilesElsewhere(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, platform := range []string{"darwin/arm64", "windows/amd64"} {
		t.Run(platform, func(t *testing.T) {
			system, architecture, _ := strings.Cut(platform, "/")
			loaded, err := packages.Load(&packages.Config{
				Mode: packages.LoadAllSyntax | packages.NeedModule,
				Env:  append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+architecture),
				ParseFile: func(files *token.FileSet, name string, text []byte) (*ast.File, error) {
					return parse(files, name, text, strings.HasPrefix(name, root))
				},
			}, ".")
			if err != nil {
				t.Fatal(err)
			}
			packages.Visit(loaded, nil, func(p *packages.Package) {
				if p.Module != nil && p.Module.Main {
					for _, problem := range p.Errors {
						t.Error(problem)
					}
				}
			})
		})
	}
}

// parse parses a file, with function bodies or without.
func parse(files *token.FileSet, name string, text []byte, bodies bool) (*ast.File, error) {
	file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
	if file == nil || bodies {
		return file, err
	}
	for _, declaration := range file.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok {
			function.Body = nil
		}
	}
	return file, err
}
