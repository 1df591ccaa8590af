package page_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/power"
	"github.com/unified-login/assay/reports/sample/golden"
)

func TestWritePower(t *testing.T) {
	var text strings.Builder
	matrix := golden.Power()
	matrix.Requirements = append(matrix.Requirements, power.Column{ID: "code.expiry"}) // which judged one of the faults
	if err := page.WritePower(&text, messages.For(messages.English), matrix); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`class="killed"`, `class="also"`, `class="survived"`, `class="accused"`, `<td class="untried"></td>`, "&lt;accepted&gt;", "http.tls: not on loopback.", `<nav class="contents"`, `http-equiv="Content-Security-Policy"`} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("no %q in\n%s", part, text.String()[strings.Index(text.String(), "<main"):])
		}
	}
	for _, part := range []string{"<script src", " src=", "url(", "https://"} {
		if strings.Contains(text.String(), part) {
			t.Errorf("the page has %q", part)
		}
	}
}
