// Package page renders results as HTML pages. A page is one file that loads nothing, has a content security policy that
// allows only its own style and script, is readable without both, and prints on A4.
//
// [WriteConformance] writes report.html, [WriteBenchmark] benchmark.html, [WriteMatrix] matrix.html and [WritePower]
// power.html. All share layout.tmpl, style.css and page.js. Texts of a target or a driver reach a template only
// through the functions line and lines, which escape control characters and cut; html/template escapes the rest.
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

//go:embed layout.tmpl sections.tmpl requirement.tmpl conformance.tmpl first.tmpl diagrams.tmpl benchmark.tmpl heat.tmpl matrix.tmpl comparison.tmpl power.tmpl legal.tmpl
var sources embed.FS

//go:embed style.css
var style string

//go:embed page.js
var script string

// icon is in the page, so that a browser does not request one.
const icon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' " +
	"rx='4' fill='%23232a36'/%3E%3Cpath d='M4.2 8.4 7 11.2 12 5.2' fill='none' stroke='%23fff' stroke-width='2'/%3E%3C/svg%3E"

// Limits of a shown text, in characters. The JSON files have the whole text.
const (
	lineLimit     = 1 << 10
	headlineLimit = 120
	linesLimit    = 1 << 14 // a command line must be whole to be copied
)

// A cut is the shown part of a text, and the number of bytes that are left out.
type cut struct {
	Text string
	More int
}

// line shows a text of any origin on one line.
func line(value any) cut {
	text, more := visible.Cut(fmt.Sprint(value), lineLimit, "")
	return cut{text, more}
}

// lines shows a text of any origin with its line breaks.
func lines(text string) cut {
	text, more := visible.Cut(text, linesLimit, "\n\t")
	return cut{text, more}
}

// policy is the content security policy of a page. It allows only its own style and script, by their digests.
var policy = sync.OnceValue(func() string {
	return "default-src 'none'; style-src " + source(style) + "; script-src " + source(script) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
})

func source(text string) string {
	digest := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'"
}

// templates are parsed once; write adds the language. They are compiled in: one that does not parse fails every test.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(functions(messages.For(messages.English))).ParseFS(sources, "*.tmpl"))
})

func functions(in messages.Printer) template.FuncMap {
	return template.FuncMap{
		"ref":          func(anchor, id string) exchangeRef { return exchangeRef{anchor, id} },
		"timesColumns": func() []string { return figures.TimesColumns(in) },
		"t":            in.Text, "line": line, "anchor": anchor, "count": in.Number, "lines": lines, "policy": policy,
		"headline": func(text string) string { return cut1(text, headlineLimit) }, "short": func(text string) string { return cut1(text, valueLimit) },
		"line1":  func(text string) string { return cut1(text, valueLimit) },
		"icon":   func() template.URL { return icon },
		"style":  func() template.CSS { return template.CSS(style) },
		"script": func() template.JS { return template.JS(script) },
	}
}

// An exchangeRef names an exchange, with a link where the page shows it.
type exchangeRef struct{ Anchor, ID string }

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
