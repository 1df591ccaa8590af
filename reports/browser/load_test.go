package browser

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/compare"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/sample"
	"github.com/unified-login/assay/reports/sample/golden"
)

// moveTo moves the mouse to the middle of the first element that a selector matches.
func (o *tab) moveTo(selector string) {
	o.Helper()
	o.run(eval(`document.querySelector("` + selector + `").scrollIntoView({block: "center"})`))
	at := value(o, chromedp.Evaluate[[]float64](`(() => { const b = document.querySelector("`+selector+`").getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2] })()`))
	o.run(command(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: at[0], Y: at[1]}))
}

const (
	heatValues = `Array.from(document.querySelectorAll(".heat .values dd"), d => d.textContent).join("|")`
	heatShown  = `document.querySelector(".heat .values").checkVisibility()`
	heatRow    = `Array.from(document.querySelectorAll(".heat .data tbody tr").item(%s).cells, c => c.textContent).join("|")`
)

func rowOf(number string) string { return strings.Replace(heatRow, "%s", number, 1) }

// The values of a place show under the mouse, and go with it.
func TestValuesUnderTheMouse(t *testing.T) {
	tab := newTab(t, size(1280, 900))
	tab.open(benchmarkPage(t, messages.English, sample.IncorrectLoad()))
	tab.is(heatShown, false)
	tab.moveTo(".heat svg.wide .cells")
	tab.is(heatShown, true)
	tab.is(heatValues+" === Array.from(document.querySelectorAll('.heat .data tbody tr'), r => Array.from(r.cells, c => c.textContent).join('|')).find(r => r === "+heatValues+")", true)
	tab.is(`document.querySelectorAll(".heat .pointer").length`, 1)
	tab.moveTo("h1")
	tab.is(heatShown, false)
	tab.is(`document.querySelectorAll(".heat .pointer").length`, 0)
}

// By the keyboard, the arrow keys, Home and End go from place to place, and Escape ends it.
func TestValuesByTheKeyboard(t *testing.T) {
	tab := newTab(t, size(390, 844))
	tab.open(benchmarkPage(t, messages.English, sample.IncorrectLoad()))
	tab.run(eval(`document.querySelector(".heat figure").focus()`))
	for _, test := range []struct{ key, row string }{{kb.ArrowRight, "0"}, {kb.ArrowRight, "1"}, {kb.End, "59"}, {kb.ArrowRight, "59"}, {kb.ArrowLeft, "58"}, {kb.Home, "0"}} {
		tab.run(chromedp.KeyEvent(test.key))
		tab.is(heatValues+" === "+rowOf(test.row), true)
	}
	tab.is(`document.querySelector(".heat .values").getAttribute("aria-live")`, "polite")
	tab.is(`document.documentElement.scrollWidth`, 390)
	tab.run(chromedp.KeyEvent(kb.Escape))
	tab.is(heatShown, false)
}

// A cross in the heat map goes to the exchange that it is, which opens.
func TestAWrongIdentityLeadsToItsExchange(t *testing.T) {
	tab := newTab(t, size(1280, 900))
	tab.open(benchmarkPage(t, messages.English, sample.IncorrectLoad()))
	tab.run(eval(`document.querySelector('.heat svg.wide a[href="#x-000004"]').dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}))`),
		until(`location.hash !== ""`))
	tab.is(`location.hash`, "#x-000004")
	tab.run(until(`document.getElementById("x-000004").open`))
	tab.is(`document.activeElement === document.querySelector("#x-000004 summary")`, true)
}

// Without a script, the table has the values, and the marks have titles.
func TestALoadPageWithoutScript(t *testing.T) {
	tab := newTab(t, size(390, 844), command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	tab.open(benchmarkPage(t, messages.Chinese, sample.IncorrectLoad()))
	tab.is(`document.querySelectorAll(".values").length`, 0)
	tab.is(`document.querySelectorAll(".heat .data tbody tr").length`, 60)
	tab.is(`document.querySelectorAll(".heat svg title").length > 8`, true)
	tab.is(`Array.from(document.querySelectorAll(".heat svg")).filter(s => s.checkVisibility()).length`, 1)
}

// The pages print on A4, and nothing is cut at the side.
func TestPrintLoadPages(t *testing.T) {
	for name, file := range loadPages(t) {
		tab := newTab(t)
		tab.open(file)
		yes := true
		pdf := value(tab, func(ctx context.Context, target *chromedp.Target) ([]byte, error) {
			printed, err := cdp.Call(ctx, target, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PrintBackground: &yes, PreferCSSPageSize: &yes})
			return printed.Data, err
		})
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("%s: %d bytes", name, len(pdf))
		}
		tab.run(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}), size(680, 960))
		tab.is(`"`+name+` " + Array.from(document.querySelectorAll("main *")).filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + "." + e.className).slice(0, 5).join()`, name+" ")
		tab.is(`Array.from(document.querySelectorAll(".values")).filter(v => v.checkVisibility()).length`, 0)
	}
}

// loadPages are the pages of load runs, of a comparison, and of the suite's power.
func loadPages(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{"incorrect": benchmarkPage(t, messages.English, sample.IncorrectLoad()), "search": benchmarkPage(t, messages.Chinese, sample.Load())}
	var comparison, power bytes.Buffer
	low, high := 0.08, 0.12
	c := compare.Comparison{Outcome: compare.Regressed, Tolerance: 0.05, ErrorTolerance: 0.001,
		Figures: []compare.Row{{Name: "p50", A: 0.01, B: 0.011, Change: 0.1, Low: &low, High: &high, Decides: true, Verdict: compare.Worse}}}
	if err := page.WriteCompare(&comparison, messages.For(messages.English), c, [2]benchmark.Report{sample.IncorrectLoad(), sample.Load()}); err != nil {
		t.Fatal(err)
	}
	if err := page.WritePower(&power, messages.For(messages.English), golden.Power()); err != nil {
		t.Fatal(err)
	}
	for _, in := range messages.Languages() {
		var legal bytes.Buffer
		if err := page.WriteLegal(&legal, messages.For(in), golden.Legal()); err != nil {
			t.Fatal(err)
		}
		pages["legal "+string(in)] = write(t, "legal-"+string(in)+".html", legal.String())
	}
	pages["comparison"], pages["power"] = write(t, "comparison.html", comparison.String()), write(t, "power.html", power.String())
	return pages
}

// The pages have no accessibility violations and no part beyond the side, in both colours and on a phone.
func TestLoadPagesAreAccessible(t *testing.T) {
	axe, err := os.ReadFile("../../tools/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("%v; make setup installs axe-core", err)
	}
	for name, file := range loadPages(t) {
		for _, colours := range []string{"light", "dark"} {
			t.Run(name+" "+colours, func(t *testing.T) { accessible(t, string(axe), file, colours) })
		}
		tab := newTab(t, size(390, 844))
		tab.open(file)
		tab.is(`document.documentElement.scrollWidth`, 390)
	}
}
