package benchmark

import (
	"fmt"
	"io"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// WriteHDR writes a histogram of nanoseconds as an HdrHistogram log of one interval. Logs of several shards can be
// merged by any HdrHistogram tool.
func WriteHDR(w io.Writer, name string, h *hdrhistogram.Histogram, from, to time.Time) error {
	h.SetTag(name)
	h.SetStartTimeMs(from.UnixMilli())
	h.SetEndTimeMs(to.UnixMilli())
	log := hdrhistogram.NewHistogramLogWriter(w)
	options := hdrhistogram.DefaultHistogramLogOptions()
	steps := []func() error{
		log.OutputLogFormatVersion,
		func() error { return log.OutputComment("[assay " + name + " time in nanoseconds]") },
		func() error { return log.OutputStartTime(from.UnixMilli()) },
		log.OutputLegend,
		func() error { return log.OutputIntervalHistogramWithLogOptions(h, options) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("%s histogram: %w", name, err)
		}
	}
	return nil
}
