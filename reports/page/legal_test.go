package page_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/page"
	"github.com/unified-login/assay/reports/sample/golden"
)

func TestWriteLegal(t *testing.T) {
	var text strings.Builder
	if err := page.WriteLegal(&text, messages.For(messages.English), golden.Legal()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`class="verdict v-pass"`, `class="problem">`, `accused by code.single-use`, `<nav class="contents"`, "&lt;accepted&gt;", "Tried by http.* only: it concerns HTTP."} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("no %q in\n%s", part, &text)
		}
	}
	for _, part := range []string{"<script src", " src=", "url(", "https://"} {
		if strings.Contains(text.String(), part) {
			t.Errorf("the page has %q", part)
		}
	}
}
