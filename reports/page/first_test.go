package page_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample"
)

// between is the text of a page from one mark to the next, without tags.
func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, from)
	part, _, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("no %q … %q", from, to)
	}
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(part, " ")), " ")
}

// TestTheFirstScreenSaysHarmFirst: the worst harm is first, what a waiver accepts is marked, then comes what to do.
func TestTheFirstScreenSaysHarmFirst(t *testing.T) {
	for in, wanted := range map[messages.Language][]string{
		messages.English: {"What can happen", "A person who saw a used code can sign in as its user.", "login · phone · code.single-use", "Anybody who has a code can exchange it with a made-up token.",
			"A refusal shows secrets or internals", "and 1 more", "What is next", "repair code.single-use first, then run it alone", "assay test --target acme.yaml --only code.single-use",
			"http.no-store", "qa@acme.example", "46 days left"},
		messages.Chinese: {"可能造成的后果", "见到过已使用 code 的人可以以该用户的身份登录。", "login · phone · code.single-use", "另有 1 项", "下一步", "请先修复 code.single-use，再单独运行这一项", "剩余 46 天"},
	} {
		first := between(t, rendered(t, in, sample.Harmful()), `<div class="said">`, `<div class="map"`)
		for _, want := range wanted {
			_, rest, found := strings.Cut(first, want)
			if !found {
				t.Fatalf("%s: no %q, or not in this order, in %s", in, want, first)
			}
			first = rest
		}
	}
}

// TestARunWithoutHarmSaysSo: a conformant run says that nothing was found, an incomplete one what it does not rule out.
func TestARunWithoutHarmSaysSo(t *testing.T) {
	if text := rendered(t, messages.English, sample.Conformant()); !strings.Contains(text, "Nothing was found that harms a user.") || strings.Contains(text, `class="harms"`) {
		t.Error("a conformant run has a harm, or does not say that it has none")
	}
	open := between(t, rendered(t, messages.English, sample.Incomplete()), `<div class="said">`, `<div class="map"`)
	if !strings.HasPrefix(open, "What this run does not rule out A person who saw a used code can sign in as its user.") {
		t.Error(open)
	}
}

// TestCountsAgree: the navigation, the counts, the reasons and the profiles say one fact.
func TestCountsAgree(t *testing.T) {
	run := sample.Harmful()
	counts := run.Report.Counts
	text := rendered(t, messages.English, run)
	if counts.Fail != 3 || counts.Warn != 2 || counts.Waived != 1 {
		t.Fatalf("%+v", counts)
	}
	for _, want := range []string{`<a href="#attention">Needs attention <span class="n">6</span></a>`, "Needs attention <small>3 failed, 2 warned, 1 waived</small>"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	// 3 failed and 1 of those that warned are violations: 3 by themselves, and 1 that follows.
	if got := between(t, text, `<ul class="reasons">`, "</ul>"); got != "3 violated: code.single-use, pat.unknown and security.clean-errors 1 follows from these: code.single-use-race 1 waived: http.no-store" {
		t.Error(got)
	}
	if got := between(t, text, `<ul class="tally">`, "</ul>"); !strings.HasPrefix(got, "3 failed 2 warned 1 of them makes a declared profile nonconformant 1 waived") {
		t.Error(got)
	}
	profiles := between(t, text, `<table class="profiles">`, "</table>")
	for _, want := range []string{"login Nonconformant 3 code.single-use code.single-use-race pat.unknown", "host Conformant 0", "hardened Nonconformant 1 security.clean-errors"} {
		if !strings.Contains(profiles, want) {
			t.Errorf("no %q in %s", want, profiles)
		}
	}
}

// TestAWarningThatBreaksAProfileIsNotAmber: it has the colour of a failure, and says which profile.
func TestAWarningThatBreaksAProfileIsNotAmber(t *testing.T) {
	text := rendered(t, messages.English, sample.Harmful())
	for _, id := range []string{"security.clean-errors", "http.allow"} {
		breaks := id == "security.clean-errors"
		for _, element := range []string{`<details class="requirement e-warn%s" id="` + id + `"`, `<a class="v-warn%s" href="#` + id + `"`} {
			class := map[bool]string{true: " breaks", false: ""}[breaks]
			if !strings.Contains(text, strings.Replace(element, "%s", class, 1)) {
				t.Errorf("%s: no %s", id, strings.Replace(element, "%s", class, 1))
			}
		}
	}
	if got := between(t, text, `<ol class="attention">`, "</ol>"); !strings.Contains(got, "warned breaks hardened security.clean-errors") {
		t.Error(got)
	}
}

// TestTheMapHasEveryRequirement: a link with its verdict in words, by chapter.
func TestTheMapHasEveryRequirement(t *testing.T) {
	run := sample.Harmful()
	_, rest, _ := strings.Cut(rendered(t, messages.English, run), `<dl class="chapters">`)
	shown, _, _ := strings.Cut(rest, "</dl>")
	for _, result := range run.Report.Requirements {
		want := `href="#` + result.ID + `" title="` + result.ID + ": " + map[assay.Verdict]string{assay.Pass: "passed", assay.Fail: "failed", assay.Warn: "warned", assay.Waived: "waived", assay.Observed: "observed"}[result.Verdict]
		if !strings.Contains(shown, want) {
			t.Errorf("no %q", want)
		}
	}
	if n := strings.Count(shown, "<dt>"); n != 12 {
		t.Errorf("%d chapters", n)
	}
}

// TestALongNameIsCut, in the heading and the title; the environment has the whole.
func TestALongNameIsCut(t *testing.T) {
	run := sample.Conformant()
	run.Report.Implementation.Product = strings.Repeat("Acme Mini-Platform ", 13)
	text := rendered(t, messages.English, run)
	heading, title := between(t, text, `<h1 class="long">`, "</h1>"), between(t, text, "<title>", "</title>")
	if len([]rune(heading)) > 121 || !strings.HasSuffix(heading, "…") || len([]rune(title)) > 140 {
		t.Errorf("%q, %q", heading, title)
	}
	if !strings.Contains(between(t, text, `<dl class="facts-table">`, "</dl>"), strings.TrimSpace(run.Report.Implementation.Product)) {
		t.Error("the environment does not have the whole name")
	}
}
