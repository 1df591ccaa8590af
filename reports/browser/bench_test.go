package browser

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"assay/reports/messages"
	"assay/reports/sample"
)

// BenchmarkOpen opens the page of a run with 2 000 findings and 20 000 exchanges, from a file to its load event, and says
// how large the page is.
func BenchmarkOpen(b *testing.B) {
	file := conformancePage(b, messages.English, sample.Large(2000, 20000))
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	tab := newTab(b)
	for b.Loop() {
		tab.open(file)
	}
	b.ReportMetric(float64(info.Size())/(1<<20), "MiB")
	interactive := value(tab, chromedp.Evaluate[float64](`performance.getEntriesByType("navigation")[0].loadEventEnd`))
	b.ReportMetric(interactive, "ms-to-load")
}
