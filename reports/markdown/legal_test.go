package markdown_test

import (
	"strings"
	"testing"

	"github.com/unified-login/assay/reports/markdown"
	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample/golden"
)

func TestWriteLegal(t *testing.T) {
	var text strings.Builder
	if err := markdown.WriteLegal(&text, messages.For(messages.English), golden.Legal()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"- **accused: fail of code.single-use: <accepted>**", `| One \| thing. | RFC 9110 | clean | all requirements |`,
		"| `node/warned` | Another. | RFC 9112 | warned by http.allow | http.*: it concerns HTTP |",
	} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("no %q in\n%s", part, &text)
		}
	}
}
