package benchmark

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// HdrHistogram's own reader reads every count back.
func TestHistogramsAreReadBack(t *testing.T) {
	from := time.Date(2026, 3, 1, 12, 0, 5, 0, time.UTC)
	for name, values := range map[string][]int64{
		"none": nil, "one": {1_500_000}, "many": {0, 1, 999, 1_000, 12_345, 1_200_000, 1_200_000, 80_000_000, int64(10 * time.Minute)},
	} {
		h := hdrhistogram.New(int64(time.Microsecond), int64(10*time.Minute), 3)
		for _, value := range values {
			if err := h.RecordValue(value); err != nil {
				t.Fatal(err)
			}
		}
		var file bytes.Buffer
		if err := WriteHDR(&file, "response", h, from, from.Add(30*time.Second)); err != nil {
			t.Fatal(err)
		}
		reader := hdrhistogram.NewHistogramLogReader(&file)
		got, err := reader.NextIntervalHistogram()
		if err != nil || got == nil {
			t.Fatalf("%s: %v, %v", name, got, err)
		}
		if !got.Equals(h) || got.Tag() != "response" || got.StartTimeMs() != from.UnixMilli() || got.EndTimeMs()-got.StartTimeMs() != 30_000 {
			t.Errorf("%s: %d samples of tag %q, from %d to %d", name, got.TotalCount(), got.Tag(), got.StartTimeMs(), got.EndTimeMs())
		}
		if more, _ := reader.NextIntervalHistogram(); more != nil {
			t.Errorf("%s: there is a second interval", name)
		}
	}
	if err := WriteHDR(&failingWriter{100}, "response", hdrhistogram.New(1, 1000, 3), from, from); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("the error of the writer is not returned: %v", err)
	}
}

// The log is what HdrHistogram's own writer writes.
func TestTheLogIsTheLibrarys(t *testing.T) {
	from := time.Date(2026, 3, 1, 12, 0, 5, 250_000_000, time.UTC)
	to := from.Add(30*time.Second + 7*time.Millisecond)
	h := hdrhistogram.New(int64(time.Microsecond), int64(10*time.Minute), 3)
	_ = h.RecordValue(1_234_567)
	var got, want bytes.Buffer
	if err := WriteHDR(&got, "service", h, from, to); err != nil {
		t.Fatal(err)
	}
	h.SetTag("service")
	h.SetStartTimeMs(from.UnixMilli())
	h.SetEndTimeMs(to.UnixMilli())
	log := hdrhistogram.NewHistogramLogWriter(&want)
	for _, step := range []func() error{log.OutputLogFormatVersion, func() error { return log.OutputComment("[assay service time in nanoseconds]") },
		func() error { return log.OutputStartTime(from.UnixMilli()) }, log.OutputLegend,
		func() error {
			return log.OutputIntervalHistogramWithLogOptions(h, hdrhistogram.DefaultHistogramLogOptions())
		}} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	if got.String() != want.String() {
		t.Errorf("%s\nwant\n%s", got.String(), want.String())
	}
}
