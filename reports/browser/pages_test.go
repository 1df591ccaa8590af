package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/benchmark"
	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample"
)

const (
	shownRows = `document.querySelectorAll(".requirement:not(.out)").length`
	status    = `document.querySelector(".filters output").textContent`
)

func TestFilters(t *testing.T) {
	tab := newTab(t)
	tab.open(conformancePage(t, messages.English, sample.Nonconformant()))
	tab.is(shownRows, requirements())
	tab.is(status, fmt.Sprintf("%d of %[1]d shown", requirements()))
	tab.run(click(`.chip:has([name=verdict][value=fail])`))
	failed := sample.Nonconformant().Report.Counts.Of(assay.Fail)
	tab.is(shownRows, failed)
	tab.is(status, fmt.Sprintf("%d of %d shown", failed, requirements()))
	tab.is(`getComputedStyle(document.getElementById("login.ok")).display`, "none")
	tab.is(`document.querySelectorAll(".chapter:not(.out)").length`, 1)
	tab.run(click(`.chip:has([name=verdict][value=warn])`), click(`.chip:has([name=level][value=should])`))
	tab.is(`Array.from(document.querySelectorAll(".requirement:not(.out)"), r => r.id).join()`, "security.clean-errors")
	tab.run(click(`.filters [type=reset]`), until(fmt.Sprintf("%s === %d", shownRows, requirements())))
	tab.run(chromedp.SendKeys(chromedp.CSS(`.filters [type=search]`), "REPLAY identity"))
	tab.is(`Array.from(document.querySelectorAll(".requirement:not(.out)"), r => r.id).join()`, "code.replay-identity")
	tab.run(click(`[data-toggle]`))
	tab.is(`document.getElementById("code.replay-identity").open`, true)
	tab.is(`document.getElementById("login.ok").open`, false)
}

func TestDeepLinks(t *testing.T) {
	tab := newTab(t)
	run := sample.Nonconformant()
	file := conformancePage(t, messages.English, run)
	warned, exchange := evidence(t, run.Report)
	const shown = `(id => { const e = document.getElementById(id), b = e.getBoundingClientRect();
		return [e.open, document.activeElement === e.querySelector("summary"), b.top >= 0 && b.top < innerHeight].join() })`
	tab.open(file + "#token.times")
	tab.is(shown+`("token.times")`, "true,true,true")
	// A target that a filter hides is shown; a target inside of others opens them.
	tab.run(click(`.chip:has([name=verdict][value=fail])`), eval(`location.hash = "login.ok"`))
	tab.run(until(`document.getElementById("login.ok").open`))
	tab.is(shownRows, requirements())
	tab.run(eval(fmt.Sprintf(`document.getElementById(%q).open = false; location.hash = %q`, warned, exchange)))
	tab.run(until(fmt.Sprintf(`document.getElementById(%q).open`, warned)))
	tab.is(fmt.Sprintf(`%s(%q)`, shown, exchange), "true,true,true")
	// A link without a target does nothing.
	for _, hash := range []string{"no.such", "%ff", "main"} {
		tab.run(eval(`location.hash = "` + hash + `"`))
	}
	tab.is(shownRows, requirements())
}

// evidence is a requirement that the run warns about, and the last exchange of its findings.
func evidence(t *testing.T, report conformance.Report) (id, exchange string) {
	t.Helper()
	for _, result := range report.Requirements {
		for _, finding := range result.Findings {
			if result.Verdict == assay.Warn && len(finding.Exchanges) > 1 {
				id, exchange = result.ID, finding.Exchanges[len(finding.Exchanges)-1]
			}
		}
	}
	if exchange == "" {
		t.Fatal("the sample warns of nothing with several exchanges")
	}
	return id, exchange
}

func TestKeyboard(t *testing.T) {
	tab := newTab(t)
	tab.open(conformancePage(t, messages.English, sample.Nonconformant()))
	tab.run(chromedp.KeyEvent(kb.Tab))
	tab.is(`document.activeElement.className`, "skip")
	tab.run(press("/", "Slash"), chromedp.KeyEvent("lifetime"))
	tab.is(`document.activeElement.name + " " + document.activeElement.value`, "text lifetime")
	tab.is(shownRows, saying("lifetime"))
	tab.run(chromedp.KeyEvent(kb.Escape))
	tab.run(until(fmt.Sprintf("%s === %d", shownRows, requirements())))
	tab.run(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(" "))
	tab.is(`document.activeElement.name + " " + document.activeElement.checked`, "verdict true")
	tab.run(chromedp.KeyEvent(" "), chromedp.Focus(chromedp.CSS(`[id="login.ok"] summary`)), chromedp.KeyEvent(kb.Enter))
	tab.is(`document.getElementById("login.ok").open`, true)
}

// background is the lightness of the page, 0 to 255.
const background = `Number(getComputedStyle(document.body).backgroundColor.match(/\d+/)[0])`

func TestDarkAndLight(t *testing.T) {
	tab := newTab(t)
	tab.open(conformancePage(t, messages.English, sample.Conformant()))
	tab.run(scheme("dark"))
	tab.is(background+` < 40`, true)
	tab.run(scheme("light"))
	tab.is(background+` > 240`, true)
}

func TestThePageIsCompleteWithoutScript(t *testing.T) {
	tab := newTab(t, command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	tab.open(conformancePage(t, messages.English, sample.Nonconformant()))
	tab.is(`getComputedStyle(document.querySelector(".filters")).display`, "none")
	tab.is(`document.querySelectorAll(".copy:not([hidden])").length`, 0)
	tab.is(shownRows, requirements())
	tab.is(`document.getElementById("code.single-use-later").open`, true)
}

func TestPrint(t *testing.T) {
	tab := newTab(t)
	tab.open(conformancePage(t, messages.English, sample.Nonconformant()))
	tab.run(click(`.chip:has([name=verdict][value=fail])`))
	yes := true
	pdf := value(tab, func(ctx context.Context, target *chromedp.Target) ([]byte, error) {
		printed, err := cdp.Call(ctx, target, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PrintBackground: &yes, PreferCSSPageSize: &yes})
		return printed.Data, err
	})
	if sheets := len(regexp.MustCompile(`/Type /Page\b`).FindAll(pdf, -1)); !bytes.HasPrefix(pdf, []byte("%PDF-")) || sheets < 4 || sheets > 9 {
		t.Errorf("%d bytes, %d sheets", len(pdf), sheets)
	}
	if size := regexp.MustCompile(`/MediaBox \[[^\]]*\]`).Find(pdf); !strings.Contains(string(size), "[0 0 594.9") && !strings.Contains(string(size), "[0 0 595") {
		t.Errorf("not A4: %s", size)
	}
	// On paper a filter hides nothing, and nothing is cut at the side.
	tab.run(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}), size(680, 960))
	tab.is(`Array.from(document.querySelectorAll(".requirement")).filter(r => getComputedStyle(r).display === "none").length`, 0)
	tab.is(`getComputedStyle(document.querySelector(".filters")).display`, "none")
	tab.is(`document.documentElement.scrollWidth <= innerWidth`, true)
}

func TestPhone(t *testing.T) {
	tab := newTab(t, size(360, 740))
	for _, file := range []string{
		conformancePage(t, messages.English, sample.Nonconformant()), conformancePage(t, messages.Chinese, sample.Conformant()),
		conformancePage(t, messages.English, sample.Hostile()), benchmarkPage(t, messages.English, sample.HostileLoad()),
		benchmarkPage(t, messages.Chinese, sample.Load()),
		matrixPage(t, messages.Chinese, sample.Conformant().Report, sample.Nonconformant().Report),
	} {
		tab.open(file)
		tab.is(`document.documentElement.scrollWidth`, 360)
	}
}

// Labels are large enough, also on a phone, and do not overlap.
func TestChartsAreLegible(t *testing.T) {
	tab := newTab(t)
	for _, width := range []int64{360, 1280} {
		for _, load := range []benchmark.Report{sample.Load(), sample.LongLoad()} {
			tab.run(size(width, 900))
			tab.open(benchmarkPage(t, messages.English, load))
			const shown = `Array.from(document.querySelectorAll(".chart svg")).filter(s => s.checkVisibility())`
			tab.is(shown+`.length === document.querySelectorAll(".chart").length`, true)
			tab.is(`Math.min(...`+shown+`.map(s => 12 * s.getBoundingClientRect().width / s.viewBox.baseVal.width)) >= 10`, true)
			tab.is(shown+`.flatMap(s => Array.from(s.querySelectorAll("text"))).map(w => [w, w.getBoundingClientRect()]).filter(([w, a], i, all) =>
				all.some(([v, b], j) => j > i && v.closest("svg") === w.closest("svg") && a.left < b.right && b.left < a.right && a.top + 2 < b.bottom - 2 && b.top + 2 < a.bottom - 2)
			).map(([w]) => w.textContent).join()`, "")
		}
	}
}

// TestServedUnderAStrictPolicy serves the page with a policy that allows inline content, and nothing from the network.
func TestServedUnderAStrictPolicy(t *testing.T) {
	html, err := os.ReadFile(conformancePage(t, messages.English, sample.Nonconformant()))
	if err != nil {
		t.Fatal(err)
	}
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; sandbox allow-scripts")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(html)
	}))
	defer server.Close()
	tab := newTab(t)
	tab.run(chromedp.Navigate(server.URL + "/report.html"))
	tab.is(status, fmt.Sprintf("%d of %[1]d shown", requirements()))
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// TestHostileTextsDoNothing opens pages in which every text is hostile. The tab fails if one of their scripts runs.
func TestHostileTextsDoNothing(t *testing.T) {
	run := sample.Hostile()
	tab := newTab(t)
	for _, file := range []string{conformancePage(t, messages.English, run), benchmarkPage(t, messages.English, sample.HostileLoad()), matrixPage(t, messages.English, run.Report, sample.Conformant().Report)} {
		tab.open(file)
		tab.is(`typeof `+sample.Mark, "undefined")
		tab.is(`document.querySelectorAll("img, iframe, body script:not(:last-child), [onerror]").length`, 0)
		tab.is(`Array.from(document.links).filter(a => a.protocol !== "file:").length`, 0)
		tab.is(`document.body.innerText.includes("`+sample.Mark+`")`, true)
	}
}

// TestAccessible checks the pages with axe-core, light and dark.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile("../../tools/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("%v; make setup installs axe-core", err)
	}
	nonconformant := conformancePage(t, messages.English, sample.Nonconformant())
	sideBySide := matrixPage(t, messages.English, sample.Conformant().Report, sample.Nonconformant().Report)
	for _, test := range []struct{ file, colours string }{
		{nonconformant, "light"}, {nonconformant, "dark"}, {sideBySide, "dark"},
		{benchmarkPage(t, messages.English, sample.Load()), "light"}, {benchmarkPage(t, messages.English, sample.Load()), "dark"},
		{conformancePage(t, messages.Chinese, sample.Conformant()), "light"}, {sideBySide, "light"},
		{conformancePage(t, messages.English, sample.Harmful()), "light"}, {conformancePage(t, messages.English, sample.Harmful()), "dark"},
	} {
		t.Run(filepath.Base(test.file)+" "+test.colours, func(t *testing.T) { accessible(t, string(axe), test.file, test.colours) })
	}
}

func accessible(t *testing.T, axe, file, colours string) {
	for _, width := range []int64{390, 1440} {
		accessibleAt(t, axe, file, colours, width)
	}
}

func accessibleAt(t *testing.T, axe, file, colours string, width int64) {
	tab := newTab(t, scheme(colours), size(width, 900))
	tab.open(file)
	const run = `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations.map(v =>
		v.id + ": " + v.help + " " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "")).join(" | "))))`
	tab.run(eval(axe))
	found := value(tab, chromedp.Evaluate[string](run, chromedp.EvalAwaitPromise))
	var violations []string
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		t.Fatal(err)
	}
	for _, violation := range violations {
		t.Error(violation)
	}
}

// requirements is how many the set has: a page shows a row for each.
// saying is how many requirements have word, which is in small letters, in their sentence or ID.
func saying(word string) int {
	n := 0
	for _, requirement := range assay.Requirements().Requirements {
		if strings.Contains(strings.ToLower(requirement.ID+" "+requirement.Says), word) {
			n++
		}
	}
	return n
}

func requirements() int { return len(assay.Requirements().Requirements) }
