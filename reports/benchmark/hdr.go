package benchmark

import (
	"fmt"
	"io"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/internal/hdrtext"
)

// WriteHDR writes a histogram of nanoseconds as an HdrHistogram log of one interval. Logs of several shards can be
// merged by any HdrHistogram tool.
func WriteHDR(w io.Writer, name string, h *hdrhistogram.Histogram, from, to time.Time) error {
	begin, seconds := from.UnixMilli(), func(ms int64) float64 { return float64(ms) / 1000 }
	_, err := fmt.Fprintf(w, "#[Histogram log format version %s]\n#[assay %s time in nanoseconds]\n"+
		"#[StartTime: %d (seconds since epoch), %s]\n"+
		"\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n"+
		"Tag=%s,%f,%f,%f,%s\n",
		hdrhistogram.HISTOGRAM_LOG_FORMAT_VERSION, name, begin/1000, from.UTC().Format(time.RFC3339),
		name, seconds(begin), seconds(to.UnixMilli()-begin), float64(h.Max())/hdrhistogram.MsToNsRatio, hdrtext.Append(nil, h))
	if err != nil {
		return fmt.Errorf("%s histogram: %w", name, err)
	}
	return nil
}
