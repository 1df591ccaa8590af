package browser

import (
	"os"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/unified-login/assay/reports/messages"
	"github.com/unified-login/assay/reports/sample"
)

// BenchmarkOpen opens the pages of a run with 2 000 findings and 20 000 exchanges, and of a load run of an hour with a million
// exchanges, up to the load event. It reports their size.
func BenchmarkOpen(b *testing.B) {
	b.Run("conformance", func(b *testing.B) { opens(b, conformancePage(b, messages.English, sample.Large(2000, 20000))) })
	b.Run("benchmark", func(b *testing.B) { opens(b, benchmarkPage(b, messages.English, sample.LongLoad())) })
}

func opens(b *testing.B, file string) {
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	tab := newTab(b)
	var loads []float64
	for b.Loop() {
		tab.open(file)
		loads = append(loads, value(tab, chromedp.Evaluate[float64](`performance.getEntriesByType("navigation")[0].loadEventEnd`)))
	}
	slices.Sort(loads)
	b.ReportMetric(loads[len(loads)/2], "ms-to-load")
	b.ReportMetric(float64(info.Size())/(1<<20), "MiB")
	b.ReportMetric(value(tab, chromedp.Evaluate[float64](`document.querySelectorAll("*").length`)), "elements")
}
