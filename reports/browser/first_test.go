package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample"
)

// onScreen reports whether the whole of an element is in the window.
const onScreen = `(selector => { const b = document.querySelector(selector).getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight && b.left >= 0 && b.right <= innerWidth })`

// TestTheFirstScreenAnswers: without scrolling one sees whether it is right, the worst that can happen, what is next and the map.
func TestTheFirstScreenAnswers(t *testing.T) {
	tab := newTab(t)
	for _, in := range []messages.Language{messages.English, messages.Chinese} {
		tab.run(size(1440, 900))
		tab.open(conformancePage(t, in, sample.Harmful()))
		for _, selector := range []string{".stamp", ".harms", ".then", ".waived", ".chapters", ".map .tally"} {
			tab.is(onScreen+`("`+selector+`")`, true)
		}
		tab.run(size(390, 844))
		tab.is(onScreen+`(".stamp")`, true)
		tab.is(onScreen+`(".harms li")`, true)
		tab.is(`document.documentElement.scrollWidth <= innerWidth`, true)
	}
}

// TestTheMapIsOneStopOfTheTabKey: arrow keys move between the dots, and a dot leads to its requirement.
func TestTheMapIsOneStopOfTheTabKey(t *testing.T) {
	tab := newTab(t, size(1440, 900))
	tab.open(conformancePage(t, messages.English, sample.Harmful()))
	const focused = `document.activeElement.getAttribute("href")`
	tab.is(`document.querySelectorAll('.dots a[tabindex="0"]').length`, 1)
	tab.run(chromedp.Focus(chromedp.CSS(`.dots a[tabindex="0"]`)), chromedp.KeyEvent(kb.ArrowRight))
	tab.is(focused, "#host.login-context")
	tab.run(chromedp.KeyEvent(kb.ArrowDown))
	tab.is(focused+`.startsWith("#code.") || `+focused+`.startsWith("#host.")`, true)
	tab.run(chromedp.KeyEvent(kb.Home))
	tab.is(focused, "#host.login-code")
	tab.run(chromedp.KeyEvent(kb.End), chromedp.KeyEvent(kb.Enter), until(`document.activeElement.closest("details")?.id === "load.slo"`))
	tab.is(`document.getElementById("load.slo").open`, true)
}

// TestTheMapWorksWithoutScript: every dot is a link that the tab key reaches.
func TestTheMapWorksWithoutScript(t *testing.T) {
	tab := newTab(t, command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	tab.open(conformancePage(t, messages.English, sample.Harmful()))
	tab.is(`Array.from(document.querySelectorAll(".dots a")).filter(a => a.tabIndex === 0 && document.getElementById(decodeURIComponent(a.hash.slice(1)))).length`, requirements())
	tab.is(`getComputedStyle(document.querySelector(".keys")).display`, "none")
	tab.is(`document.querySelectorAll(".sequence svg").length > 0`, true)
}

// TestASlashFindsWhateverHasTheFocus, but in a field that takes text.
func TestASlashFindsWhateverHasTheFocus(t *testing.T) {
	tab := newTab(t)
	tab.open(conformancePage(t, messages.English, sample.Nonconformant()))
	tab.run(chromedp.Focus(chromedp.CSS(`.chip input`)), press("/", "Slash"))
	tab.is(`document.activeElement.name`, "text")
	tab.run(press("/", "Slash"))
	tab.is(`document.activeElement.value`, "/")
}

// broken are the words that are on two lines, those of code to copy and of messages aside. A word ends at a hyphen, a dot or a slash as well.
const broken = `(() => {
	const found = [], walk = document.createTreeWalker(document.querySelector("body"), NodeFilter.SHOW_TEXT);
	for (let node; node = walk.nextNode();) {
		const holder = node.parentElement;
		if (holder.closest("pre, script, style, svg, .unseen, .facts-table, .numbers") || !holder.checkVisibility()) continue;
		for (const word of node.data.matchAll(/[A-Za-z]{2,40}/g)) {
			const range = document.createRange();
			range.setStart(node, word.index);
			range.setEnd(node, word.index + word[0].length);
			if (new Set(Array.from(range.getClientRects(), box => Math.round(box.top))).size > 1) found.push(word[0]);
		}
	}
	return found.join() })()`

// TestWordsStayWhole: no word is broken inside on a phone.
func TestWordsStayWhole(t *testing.T) {
	tab := newTab(t, size(390, 844))
	for _, run := range []sample.Run{sample.Harmful(), sample.Nonconformant(), sample.Incomplete()} {
		tab.open(conformancePage(t, messages.English, run))
		tab.is(broken, "")
		tab.is(`document.documentElement.scrollWidth <= innerWidth`, true)
	}
	tab.open(matrixPage(t, messages.English, sample.Conformant().Report, sample.Nonconformant().Report))
	tab.is(broken, "")
	tab.is(`document.documentElement.scrollWidth <= innerWidth`, true)
}

// TestATableThatIsCutHasAHint: a shadow at the side that is cut.
func TestATableThatIsCutHasAHint(t *testing.T) {
	tab := newTab(t, size(390, 844))
	tab.open(conformancePage(t, messages.English, sample.Harmful()))
	tab.is(`Array.from(document.querySelectorAll(".scroll")).filter(s => !getComputedStyle(s).backgroundAttachment.includes("scroll")).length`, 0)
}

// TestDiagramsAreReadable: at both widths one of the two drawings of each shows, its words are at least 10 pixels high and do not meet, and
// nothing of it is outside of it.
func TestDiagramsAreReadable(t *testing.T) {
	tab := newTab(t)
	const shown = `Array.from(document.querySelectorAll(".sequence svg, .race svg")).filter(s => s.checkVisibility())`
	for _, in := range []messages.Language{messages.English, messages.Chinese} {
		for _, width := range []int64{390, 1440} {
			tab.run(size(width, 900))
			tab.open(conformancePage(t, in, sample.Harmful()))
			tab.run(eval(`for (const one of document.querySelectorAll("details")) one.open = true; for (const one of document.querySelectorAll(".finding, .body")) one.style.contentVisibility = "visible"`))
			tab.is(shown+`.length === document.querySelectorAll(".sequence, .race").length`, true)
			tab.is(`Math.min(...`+shown+`.map(s => parseFloat(getComputedStyle(s.querySelector("text")).fontSize) * s.getBoundingClientRect().width / s.viewBox.baseVal.width)) >= 10`, true)
			tab.is(meeting(shown), "")
			tab.is(shown+`.flatMap(s => Array.from(s.querySelectorAll("text"), w => [w, w.getBoundingClientRect(), s.getBoundingClientRect()]))
				.filter(([w, a, b]) => a.left < b.left - 2 || a.right > b.right + 2).map(([w]) => w.textContent).join()`, "")
		}
	}
}

// meeting is the script that lists the words of drawings that overlap.
func meeting(shown string) string {
	return shown + `.flatMap(s => Array.from(s.querySelectorAll("text"))).map(w => [w, w.getBoundingClientRect()]).filter(([w, a], i, all) =>
		all.some(([v, b], j) => j > i && v.closest("svg") === w.closest("svg") && a.left < b.right && b.left < a.right && a.top + 2 < b.bottom - 2 && b.top + 2 < a.bottom - 2)
	).map(([w]) => w.textContent).join()`
}

// TestTheMatrixOpensOnTheDifferences: rows that are alike are folded, until a link leads to one.
func TestTheMatrixOpensOnTheDifferences(t *testing.T) {
	tab := newTab(t)
	good, bad := sample.Conformant().Report, sample.Nonconformant().Report
	file := matrixPage(t, messages.English, good, bad)
	tab.open(file)
	const rows = `Array.from(document.querySelectorAll(".matrix tr[id]")).filter(r => r.checkVisibility()).length`
	differing := 0
	for i, result := range good.Requirements {
		if bad.Requirements[i].Verdict != result.Verdict {
			differing++
		}
	}
	tab.is(rows, differing)
	tab.is(`document.querySelectorAll(".dots a").length`, 2*requirements())
	tab.is(`document.querySelectorAll(".dots a.differs").length`, 2*differing)
	news := value(tab, chromedp.Evaluate[string](`document.querySelector(".since .new").textContent`))
	if !strings.Contains(news, "New since Acme Mini-Platform 4.2.0 (0.json), 2026-03-01") || !strings.Contains(news, "code.single-use-later") || strings.Contains(news, "code.expiry") {
		t.Error(news)
	}
	tab.run(eval(`location.hash = "login.ok"`), until(fmt.Sprintf("%s === %d", rows, requirements())))
}
