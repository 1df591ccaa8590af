package markdown_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample/golden"
)

func TestWritePower(t *testing.T) {
	var text strings.Builder
	if err := markdown.WritePower(&text, messages.For(messages.English), golden.Power()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"| `killed` | One \\| thing. | code.single-use, http.allow |", "| http.tls | 0 | 0 | not on loopback |"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("no %q in\n%s", part, &text)
		}
	}
}
