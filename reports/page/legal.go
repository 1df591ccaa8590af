package page

import (
	_ "embed" // the page's template
	"fmt"
	"html/template"
	"io"
	"sync"

	"github.com/unified-login/assay/reports/power"
)

//go:embed legal.html.tmpl
var legalSource string

var legalTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("legal").Parse(legalSource))
})

// WriteLegal writes legal.html: a table of the legal variations, in English.
func WriteLegal(w io.Writer, m power.LegalMatrix) error {
	if err := legalTemplate().Execute(w, m); err != nil {
		return fmt.Errorf("legal matrix page: %w", err)
	}
	return nil
}
