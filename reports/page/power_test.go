package page_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/sample/golden"
)

func TestWritePower(t *testing.T) {
	var text strings.Builder
	if err := page.WritePower(&text, golden.Power()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`class="killed"`, `class="also"`, `class="survived"`, `class="accused"`, `<td class="untried"></td>`, "&lt;accepted&gt;", "http.tls: not on loopback."} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("no %q in\n%s", part, &text)
		}
	}
	for _, part := range []string{"<script", "src=", "href=", "url(", "://"} {
		if strings.Contains(text.String(), part) {
			t.Errorf("the page has %q", part)
		}
	}
}
