// Package page renders reports as pages: one self-contained HTML file each, which asks nothing of anywhere, runs under a
// policy that allows its own style and script alone, reads without either, and prints on A4.
//
// [WriteConformance] is report.html; every page shares the templates of layout.tmpl, style.css and page.js. What a
// target or a driver had a hand in reaches a template as data, through the functions line and lines only: made visible,
// cut, and escaped by html/template.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"sync"

	"github.com/unified-login/assay/internal/visible"
	"github.com/unified-login/assay/reports/figures"
	"github.com/unified-login/assay/reports/messages"
)

//go:embed layout.tmpl sections.tmpl requirement.tmpl conformance.tmpl benchmark.tmpl matrix.tmpl
var sources embed.FS

//go:embed style.css
var style string

//go:embed page.js
var script string

// icon is the page's own, so that a browser does not ask for one.
const icon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' " +
	"rx='4' fill='%23232a36'/%3E%3Cpath d='M4.2 8.4 7 11.2 12 5.2' fill='none' stroke='%23fff' stroke-width='2'/%3E%3C/svg%3E"

// Limits of what is shown of one text, in characters. The JSON files have everything.
const (
	lineLimit  = 1 << 10
	linesLimit = 1 << 14 // a command line must be whole to be copied
)

// A cut is the part of a text that is shown, and how many bytes more there are.
type cut struct {
	Text string
	More int
}

// line is a text of any origin on one line.
func line(value any) cut {
	text, more := visible.Cut(fmt.Sprint(value), lineLimit, "")
	return cut{text, more}
}

// lines is a text of any origin with its lines.
func lines(text string) cut {
	text, more := visible.Cut(text, linesLimit, "\n\t")
	return cut{text, more}
}

// policy is the content security policy of a page: nothing but its own style and script, known by their digests.
var policy = sync.OnceValue(func() string {
	return "default-src 'none'; style-src " + source(style) + "; script-src " + source(script) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
})

func source(text string) string {
	digest := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'"
}

// templates are parsed once; a language is put in when a page is written. They are compiled in, so one that does not
// parse is a broken build.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(functions(messages.For(messages.English))).ParseFS(sources, "*.tmpl"))
})

func functions(in messages.Printer) template.FuncMap {
	return template.FuncMap{
		"timesColumns": figures.TimesColumns,
		"t":            in.Text, "line": line, "anchor": anchor, "count": in.Number, "lines": lines, "policy": policy,
		"icon":   func() template.URL { return icon },
		"style":  func() template.CSS { return template.CSS(style) },
		"script": func() template.JS { return template.JS(script) },
	}
}

// write executes one of the pages in the language of in.
func write(w io.Writer, in messages.Printer, name string, view any) error {
	page, err := templates().Clone()
	if err == nil {
		err = page.Funcs(functions(in)).ExecuteTemplate(w, name, view)
	}
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}
