package sample_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/unified-login/assay/internal/terminal"
	"github.com/unified-login/assay/reports/annotations"
	"github.com/unified-login/assay/reports/badge"
	"github.com/unified-login/assay/reports/console"
	"github.com/unified-login/assay/reports/har"
	"github.com/unified-login/assay/reports/junit"
	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/matrix"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/sample"
	"github.com/unified-login/assay/reports/series"
	"github.com/unified-login/assay/reports/transcript"
)

// A renderer writes a run as one kind of file, which unharmed checks.
type renderer struct {
	name     string
	write    func(io.Writer, messages.Printer, sample.Run) error
	unharmed func(t *testing.T, text string)
	limit    int // bytes
}

func renderers() []renderer {
	return []renderer{
		{"report.html", writePage, unharmedPage, 8 << 20},
		{"matrix.html", func(w io.Writer, in messages.Printer, run sample.Run) error {
			return page.WriteMatrix(w, in, both(run))
		}, unharmedPage, 1 << 20},
		{"matrix.md", func(w io.Writer, in messages.Printer, run sample.Run) error {
			return markdown.WriteMatrix(w, in, both(run))
		}, unharmedMarkdown, 1 << 20},
		{"summary.md", func(w io.Writer, in messages.Printer, run sample.Run) error {
			return markdown.WriteConformance(w, in, run.Report)
		}, unharmedMarkdown, 1 << 18},
		{"annotations", func(w io.Writer, in messages.Printer, run sample.Run) error {
			return annotations.WriteConformance(w, in, run.Report)
		}, unharmedAnnotations, 1 << 18},
		{"junit.xml", func(w io.Writer, _ messages.Printer, run sample.Run) error {
			return junit.Write(w, run.Report.Seconds, junit.Conformance(run.Report))
		}, unharmedXML, 4 << 20},
		{"badge.svg", func(w io.Writer, in messages.Printer, run sample.Run) error {
			return badge.WriteConformance(w, in, run.Report)
		}, unharmedBadge, 4 << 10},
		{"console", func(w io.Writer, _ messages.Printer, run sample.Run) error {
			c := console.NewConformance(w, terminal.Options{})
			c.Begin(run.Report)
			return c.Summary(run.Report, nil)
		}, func(*testing.T, string) {}, 4 << 20},
		{"transcript.har", writeHAR, unharmedHAR, 4 << 20},
	}
}

// loadRenderers are the renderers of a load run.
func loadRenderers() []renderer {
	load := sample.HostileLoad()
	return []renderer{
		{"benchmark.html", func(w io.Writer, in messages.Printer, _ sample.Run) error {
			return page.WriteBenchmark(w, in, load, sample.LoadEvidence(load))
		}, unharmedPage, 1 << 20},
		{"load's summary.md", func(w io.Writer, in messages.Printer, _ sample.Run) error {
			return markdown.WriteBenchmark(w, in, load)
		}, unharmedMarkdown, 1 << 18},
		{"series.csv", func(w io.Writer, _ messages.Printer, _ sample.Run) error {
			return series.WriteBenchmark(withoutCR{w}, load)
		}, unharmedSeries, 1 << 17},
		{"load's annotations", func(w io.Writer, in messages.Printer, _ sample.Run) error {
			return annotations.WriteBenchmark(w, in, load)
		}, unharmedAnnotations, 1 << 16},
		{"load's junit.xml", func(w io.Writer, _ messages.Printer, _ sample.Run) error {
			return junit.Write(w, load.Seconds(), junit.Benchmark(load))
		}, unharmedXML, 1 << 18},
		{"load's console", func(w io.Writer, _ messages.Printer, _ sample.Run) error {
			c := console.NewBenchmark(w, terminal.Options{})
			c.Begin(load)
			c.Say(load.Error.String())
			return c.Summary(load, []string{load.Command})
		}, func(*testing.T, string) {}, 1 << 17},
	}
}

func TestHostileTextsAreShownAsText(t *testing.T) {
	run := sample.Hostile()
	for _, renderer := range append(renderers(), loadRenderers()...) {
		for _, language := range messages.Languages() {
			t.Run(renderer.name+" "+string(language), func(t *testing.T) {
				var out bytes.Buffer
				if err := renderer.write(&out, messages.For(language), run); err != nil {
					t.Fatal(err)
				}
				text := out.String()
				if len(text) > renderer.limit || len(text) == 0 {
					t.Errorf("%d bytes, more than %d", len(text), renderer.limit)
				}
				if !strings.Contains(text, sample.Mark) && renderer.name != "badge.svg" && renderer.name != "series.csv" {
					t.Error("the texts are missing")
				}
				printable(t, text)
				renderer.unharmed(t, text)
			})
		}
	}
}

// withoutCR writes lines that end in CRLF, as RFC 4180 has them, with LF. A CR anywhere else stays.
type withoutCR struct{ w io.Writer }

func (c withoutCR) Write(text []byte) (int, error) {
	_, err := c.w.Write(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	return len(text), err
}

// unharmedSeries: there are numbers only, whatever the texts of the run are.
func unharmedSeries(t *testing.T, text string) {
	t.Helper()
	_, rows, _ := strings.Cut(text, "\n")
	if strings.Trim(rows, "0123456789.,\n") != "" {
		t.Errorf("more than numbers: %.200q", rows)
	}
}

// printable checks that no character moves a cursor, changes the direction of writing or is invisible.
func printable(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Error("not UTF-8")
	}
	for i, c := range text {
		if c != '\n' && c != '\t' && !unicode.IsPrint(c) {
			t.Errorf("%U at %d: …%.60q", c, i, text[max(0, i-20):])
			return
		}
	}
}

func writePage(w io.Writer, in messages.Printer, run sample.Run) error {
	var lines bytes.Buffer
	for _, record := range run.Records {
		if err := json.NewEncoder(&lines).Encode(record); err != nil {
			return err
		}
	}
	run.Records[0].Schema = ""
	evidence, err := page.ReadEvidence(strings.NewReader(withSchema(lines.String())), run.Report)
	if err != nil {
		return err
	}
	return page.WriteConformance(w, in, run.Report, evidence)
}

// withSchema gives the records of a hostile run their schema, without which they are refused.
func withSchema(lines string) string {
	return regexp.MustCompile(`(?m)^\{"schema":"(?:[^"\\]|\\.)*"`).ReplaceAllString(lines, `{"schema":"`+transcript.SchemaName+`"`)
}

func writeHAR(w io.Writer, _ messages.Printer, run sample.Run) error {
	return har.Write(w, run.Report.Suite.Version, func(yield func(transcript.Record, error) bool) {
		for _, record := range run.Records {
			if !yield(record, nil) {
				return
			}
		}
	})
}

func both(run sample.Run) matrix.Matrix {
	return matrix.New([]matrix.Source{{File: "a<b>.json", Report: run.Report}, {File: "b", Report: sample.Conformant().Report}})
}

// address matches the addresses that a page may have.
var address = regexp.MustCompile(`^(#|https?://|data:image/svg\+xml,%3csvg)`)

// unharmedPage checks that a page has only elements, attributes and addresses of the templates.
func unharmedPage(t *testing.T, text string) {
	t.Helper()
	scripts := 0
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if !errors.Is(z.Err(), io.EOF) {
				t.Error(z.Err())
			}
			break
		}
		token := z.Token()
		if kind == html.CommentToken {
			t.Errorf("a comment: %.80q", token.Data)
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		switch token.Data {
		case "script":
			scripts++
		case "img", "iframe", "object", "embed", "base", "details-evil":
			t.Errorf("an element %s", token.Data)
		}
		for _, attribute := range token.Attr {
			value := strings.ToLower(attribute.Val)
			switch {
			case strings.HasPrefix(attribute.Key, "on"), attribute.Key == "style", attribute.Key == "src":
				t.Errorf("an attribute %s of %s", attribute.Key, token.Data)
			case attribute.Key == "href" && !address.MatchString(value):
				t.Errorf("a link to %.80q", value)
			}
		}
	}
	if scripts != 1 {
		t.Errorf("%d scripts", scripts)
	}
}

// unharmedMarkdown checks that hostile texts are in code blocks and code spans only.
func unharmedMarkdown(t *testing.T, text string) {
	t.Helper()
	rest := regexp.MustCompile("(?ms)^(```+)sh\n.*?\n(```+)$").ReplaceAllStringFunc(text, func(block string) string {
		lines := strings.Split(block, "\n")
		if fence, end := strings.TrimSuffix(lines[0], "sh"), lines[len(lines)-1]; fence != end || strings.Contains(strings.Join(lines[1:len(lines)-1], "\n"), fence) {
			t.Errorf("a code block ends early: %.80q", block)
		}
		return ""
	})
	for line := range strings.Lines(rest) {
		if outside := withoutSpans(line); strings.Contains(outside, sample.Mark) || strings.Contains(outside, "evil") {
			t.Errorf("outside of code: %.200q", outside)
		}
	}
}

// withoutSpans removes the code spans of a line: from a run of backticks to the next of the same length. In a table a bar that
// is not escaped ends a cell and any span.
func withoutSpans(line string) string {
	cells := []string{line}
	if strings.HasPrefix(line, "|") {
		cells = regexp.MustCompile(`(?:^|[^\\])\|`).Split(line, -1)
	}
	var outside strings.Builder
	run := regexp.MustCompile("`+")
	for _, cell := range cells {
		for {
			open := run.FindString(cell)
			before, after, found := strings.Cut(cell, open)
			if open == "" || !found {
				outside.WriteString(cell)
				break
			}
			outside.WriteString(before)
			end := -1
			for _, at := range run.FindAllStringIndex(after, -1) {
				if at[1]-at[0] == len(open) {
					end = at[1]
					break
				}
			}
			if end < 0 {
				outside.WriteString(after)
				break
			}
			cell = after[end:]
		}
	}
	return outside.String()
}

func unharmedAnnotations(t *testing.T, text string) {
	t.Helper()
	command := regexp.MustCompile(`^::(error|warning) title=[^:,]*::[^\r]*\n$`)
	for line := range strings.Lines(text) {
		if !command.MatchString(line) {
			t.Errorf("%.120q", line)
		}
	}
}

func unharmedXML(t *testing.T, text string) {
	t.Helper()
	known := regexp.MustCompile(`^(testsuites?|testcase|propert(y|ies)|failure|error|skipped|system-out|svg|title|path|g|text)$`)
	for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && !known.MatchString(start.Name.Local) {
			t.Errorf("an element %s", start.Name.Local)
		}
	}
}

func unharmedBadge(t *testing.T, text string) {
	t.Helper()
	unharmedXML(t, text)
	if strings.Contains(text, sample.Mark) {
		t.Error("a badge has more than the outcome")
	}
}

func unharmedHAR(t *testing.T, text string) {
	t.Helper()
	var archive struct {
		Log struct {
			Entries []struct {
				Response struct{ Content struct{ Text string } }
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &archive); err != nil {
		t.Fatal(err)
	}
	if len(archive.Log.Entries) != len(sample.Conformant().Records) {
		t.Errorf("%d entries", len(archive.Log.Entries))
	}
}
