package page_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/conformance"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/sample"
)

// evidence is the evidence of a run.
func evidence(t testing.TB, run sample.Run) page.Evidence {
	t.Helper()
	var lines bytes.Buffer
	for _, record := range run.Records {
		if err := json.NewEncoder(&lines).Encode(record); err != nil {
			t.Fatal(err)
		}
	}
	read, err := page.ReadEvidence(&lines, run.Report)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func rendered(t testing.TB, in messages.Language, run sample.Run) string {
	t.Helper()
	var out strings.Builder
	if err := page.WriteConformance(&out, messages.For(in), run.Report, evidence(t, run)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A browser applies only the style and the script whose digests the policy has.
func TestThePolicyAllowsOnlyStyleAndScriptOfThePage(t *testing.T) {
	text := rendered(t, messages.English, sample.Nonconformant())
	for _, element := range []string{"style", "script"} {
		found := regexp.MustCompile("(?s)<"+element+">(.*?)</"+element+">").FindAllStringSubmatch(text, -1)
		if len(found) != 1 {
			t.Fatalf("%d elements %s", len(found), element)
		}
		digest := sha256.Sum256([]byte(found[0][1]))
		want := fmt.Sprintf("%s-src &#39;sha256-%s&#39;", element, base64.StdEncoding.EncodeToString(digest[:]))
		if !strings.Contains(strings.ReplaceAll(text, "&#43;", "+"), want) {
			t.Errorf("the policy does not have %s", want)
		}
	}
	if !strings.Contains(text, "default-src &#39;none&#39;") {
		t.Error("the policy allows more than it names")
	}
}

// A reader finds all of this on a page.
func TestThePageIsComplete(t *testing.T) {
	run := sample.Nonconformant()
	texts := map[messages.Language][]string{
		messages.English: {"<strong>Nonconformant</strong>", "2 violated: code.single-use-later and security.clean-errors", "A used code is still refused late in its lifetime.",
			"a PAT without the scope, as pats.unscoped in the target file", "the clock of https://a.acme.example is 4s ahead of this machine&#39;s", "Tried in", "is shown above", "x-000089", "Valid until"},
		messages.Chinese: {"<strong>不符合</strong>", "2 项被违反：code.single-use-later 和 security.clean-errors", "用过的 code 在其有效期后段仍被拒绝。",
			"没有该权限的 PAT，写入目标文件的 pats.unscoped", "https://a.acme.example 的时钟比本机快 4s", "尝试", "见上文", "x-000089", "有效期至"},
	}
	for _, id := range []string{"code.single-use-later", "load.slo"} {
		for in := range texts {
			texts[in] = append(texts[in], `id="`+id+`"`)
		}
	}
	for in, wanted := range texts {
		text := rendered(t, in, run)
		common := []string{"Acme Mini-Platform 4.2.0", "https://b.acme.example", "qa@acme.example", "fixed in 4.3", "2026-12-31", "UNAUTHORIZED",
			"assay test --target acme.yaml --seed 42", run.Report.Suite.Digest, "the driver died", "https://a.acme.example", "~pat-91e62b6ae9~", "HTTP/1.1 200 OK",
			"curl -sS -i -X POST", "refused: 2xx or 4xx, and no identity"}
		for _, want := range append(common, wanted...) {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q", in, want)
			}
		}
		if i := strings.Index(text, ">verdict."); i >= 0 || strings.Contains(text, "%!") {
			t.Errorf("%s: a message is missing or misused: %.80q", in, text[max(i, 0):])
		}
	}
}

func TestAPageWithoutATranscriptNamesExchanges(t *testing.T) {
	var out strings.Builder
	if err := page.WriteConformance(&out, messages.For(messages.English), sample.Nonconformant().Report, page.Evidence{}); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); !strings.Contains(text, "In transcript.jsonl:") || strings.Contains(text, "HTTP/1.1") {
		t.Error("the exchanges are not named, or are shown")
	}
}

// A web address is a link, any other address is text.
func TestOnlyWebAddressesAreLinks(t *testing.T) {
	for address, linked := range map[string]bool{
		"https://acme.example/a?b": true, "http://acme.example": true, "javascript:alert(1)": false, "data:text/html,x": false,
		"file:///etc/passwd": false, "//acme.example": false, "https:": false, "HTTPS://acme.example": true, " https://acme.example": false,
	} {
		run := sample.Conformant()
		run.Report.Implementation.URL = address
		if got := strings.Contains(rendered(t, messages.English, run), `rel="noreferrer noopener"`); got != linked {
			t.Errorf("%q is a link: %v", address, got)
		}
	}
}

// A page of a large run is cut with a note, so that it opens.
func TestLargeRunsAreCut(t *testing.T) {
	run := sample.Large(4000, 20000)
	text := rendered(t, messages.English, run)
	if len(text) > 24<<20 || !strings.Contains(text, "more findings in conformance.json.") {
		t.Errorf("%d bytes", len(text))
	}
	if n := strings.Count(text, `<details class="exchange"`); n == 0 || n > 1000 {
		t.Errorf("%d exchanges", n)
	}
	// The brief findings still say what was expected and seen, and in which exchange.
	brief := regexp.MustCompile(`(?s)<article class="finding brief e-warn"><h4><code>phone</code><bdi class="situation">mutation 2001</bdi>.*?</article>`).FindString(text)
	for _, want := range []string{"warned", "refused: 2xx or 4xx, and no identity", "openId &#34;3668917986714171&#34;", "In transcript.jsonl: <code>x-010006</code>"} {
		if !strings.Contains(brief, want) {
			t.Errorf("no %q in %q", want, brief)
		}
	}
}

func TestReadEvidenceRefusesABrokenTranscript(t *testing.T) {
	if _, err := page.ReadEvidence(strings.NewReader("{}\n"), conformance.Report{}); err == nil || !strings.Contains(err.Error(), "transcript line 1") {
		t.Error(err)
	}
}
