package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/matrix"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/sample"
)

// chromium is the browser that all tests share.
var chromium context.Context

func TestMain(m *testing.M) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1280, 900))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	browser, closeIt := chromedp.NewContext(allocator)
	if err := chromedp.Do(browser, eval("0")); err != nil {
		fmt.Fprintf(os.Stderr, "no browser: %v; make setup installs one\n", err)
		os.Exit(1)
	}
	chromium = browser
	code := m.Run()
	closeIt()
	stop()
	os.Exit(code)
}

// A step is an action of the browser: a command of its protocol, a script in the page, or waiting until a script returns true.
type step = chromedp.Action[chromedp.Void]

func command[P, R any](c cdp.Command[P, R], params P) step {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, c, params)
		return err
	})
}

func eval(script string) step { return chromedp.Evaluate[chromedp.Void](script + "; undefined") }

func until(condition string) step {
	return chromedp.Evaluate[chromedp.Void](`new Promise(done => {
		const look = () => { if (`+condition+`) done(); else setTimeout(look, 5); }; look() })`, chromedp.EvalAwaitPromise)
}

// click clicks the first element that matches a selector.
func click(selector string) step { return chromedp.Click(chromedp.CSS(selector)) }

// press presses a key like a keyboard: a default that the page prevents does not happen.
func press(key, code string) step {
	return command(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Code: code, Text: key})
}

// scheme and size describe the display.
func scheme(name string) step {
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}
	return command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
}

func size(width, height int64) step {
	return command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600,
	})
}

// A tab is an open page. The test fails if the page writes to its console or requests anything from the network.
type tab struct {
	testing.TB
	ctx context.Context

	mu   sync.Mutex
	said []string
}

// limit is how long one step may take.
const limit = time.Minute

func newTab(t testing.TB, steps ...step) *tab {
	t.Helper()
	opened := &tab{TB: t}
	ctx, closeTab := chromedp.NewContext(chromium, chromedp.WithListener(opened.listen))
	opened.ctx = ctx
	t.Cleanup(func() {
		closeTab()
		opened.mu.Lock()
		defer opened.mu.Unlock()
		if len(opened.said) > 0 {
			t.Errorf("the page wrote or requested:\n%s", strings.Join(opened.said, "\n"))
		}
	})
	if err := chromedp.Do(ctx, command(network.Enable, network.EnableParams{})); err != nil { // the context of the first step is that of the tab
		t.Fatal(err)
	}
	opened.run(steps...)
	return opened
}

func (o *tab) listen(event any) {
	var said string
	switch e := event.(type) {
	case *log.EventEntryAdded:
		said = "log: " + e.Entry.Text
	case *runtime.EventConsoleAPICalled:
		said = fmt.Sprintf("console: %s %v", e.Type, e.Args)
	case *runtime.EventExceptionThrown:
		said = "exception: " + e.ExceptionDetails.Text
	case *network.EventRequestWillBeSent:
		if e.Type == network.ResourceTypeDocument || strings.HasPrefix(e.Request.URL, "data:") {
			return // the page itself, and its data URLs
		}
		said = "request: " + e.Request.URL
	default:
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.said = append(o.said, said)
}

func (o *tab) run(steps ...step) {
	o.Helper()
	ctx, cancel := context.WithTimeout(o.ctx, limit)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		o.Fatal(err)
	}
}

// value is the result of an action.
func value[T any](o *tab, action chromedp.Action[T]) T {
	o.Helper()
	ctx, cancel := context.WithTimeout(o.ctx, limit)
	defer cancel()
	got, err := chromedp.Run(ctx, action)
	if err != nil {
		o.Fatal(err)
	}
	return got
}

// open opens a file.
func (o *tab) open(path string) {
	o.Helper()
	o.run(chromedp.Navigate("file://" + path))
}

// is compares the value of a JavaScript expression.
func (o *tab) is(expression string, want any) {
	o.Helper()
	if got := value(o, chromedp.Evaluate[any](expression)); fmt.Sprint(got) != fmt.Sprint(want) {
		o.Errorf("%s is %v, want %v", expression, got, want)
	}
}

// The pages, by the name of their file.
func write(t testing.TB, name, html string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func conformancePage(t testing.TB, in messages.Language, run sample.Run) string {
	t.Helper()
	var lines, out strings.Builder
	for _, record := range run.Records {
		if err := json.NewEncoder(&lines).Encode(record); err != nil {
			t.Fatal(err)
		}
	}
	evidence, err := page.ReadEvidence(strings.NewReader(lines.String()), run.Report)
	if err != nil {
		evidence = page.Evidence{} // the records of the hostile run cannot be read
	}
	if err := page.WriteConformance(&out, messages.For(in), run.Report, evidence); err != nil {
		t.Fatal(err)
	}
	return write(t, "report.html", out.String())
}

func matrixPage(t testing.TB, in messages.Language, reports ...conformance.Report) string {
	t.Helper()
	var sources []matrix.Source
	for i, report := range reports {
		sources = append(sources, matrix.Source{File: fmt.Sprintf("%d.json", i), Report: report})
	}
	var out strings.Builder
	if err := page.WriteMatrix(&out, messages.For(in), matrix.New(sources)); err != nil {
		t.Fatal(err)
	}
	return write(t, "matrix.html", out.String())
}

func benchmarkPage(t testing.TB, in messages.Language, report benchmark.Report) string {
	t.Helper()
	var out strings.Builder
	if err := page.WriteBenchmark(&out, messages.For(in), report, sample.LoadEvidence(report)); err != nil {
		t.Fatal(err)
	}
	return write(t, "benchmark.html", out.String())
}
