package hdrtext

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"io"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// anyHistogram has random times in a random range, with some of its counts as large as they can be.
func anyHistogram(random *rand.Rand) *hdrhistogram.Histogram {
	lowest := []int64{1, 7, int64(time.Microsecond)}[random.IntN(3)]
	h := hdrhistogram.New(lowest, int64(10*time.Minute), 1+random.IntN(4))
	around, width := random.Int64N(h.HighestTrackableValue()), 1+random.Int64N(1<<(1+random.IntN(38)))
	for range random.IntN(3000) {
		n := int64(1)
		if random.IntN(50) == 0 {
			n <<= random.IntN(50)
		}
		_ = h.RecordValues(max(0, min(around+random.Int64N(width), h.HighestTrackableValue())), n)
	}
	if random.IntN(4) == 0 {
		_ = h.RecordValue(0)
		_ = h.RecordValue(h.HighestTrackableValue())
	}
	return h
}

// plain is what a text has before its compression.
func plain(t *testing.T, text []byte) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		t.Fatal(err)
	}
	reader, err := zlib.NewReader(bytes.NewReader(data[8:]))
	if err != nil {
		t.Fatal(err)
	}
	data, err = io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Before its compression a histogram is, byte for byte, what the library writes, and the library reads it back.
func TestTheSameBytesAsTheLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	all := []*hdrhistogram.Histogram{hdrhistogram.New(1, 1000, 1)}
	for range 500 {
		all = append(all, anyHistogram(random))
	}
	largest := hdrhistogram.New(1, 1000, 3)
	_ = largest.RecordValues(5, math.MaxInt64-1)
	for i, h := range append(all, largest) {
		want, err := h.EncodeV2()
		if err != nil {
			t.Fatal(err)
		}
		packed := hdrhistogram.NewPacked(h.LowestTrackableValue(), h.HighestTrackableValue(), int(h.SignificantFigures()))
		packed.MergeFrom(h)
		for _, got := range [][]byte{Append(nil, h), AppendPacked(nil, packed)} {
			if !bytes.Equal(plain(t, got), plain(t, want)) {
				t.Fatalf("histogram %d with %d times differs from the library's", i, h.TotalCount())
			}
			if back, err := hdrhistogram.Decode(got); err != nil || !back.Equals(h) {
				t.Fatalf("histogram %d with %d times is not read back: %v", i, h.TotalCount(), err)
			}
		}
	}
}

// What is there already stays, and several goroutines may write at the same time.
func TestAppendIsSafe(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var all sync.WaitGroup
	for range 8 {
		h := anyHistogram(random)
		want := "before " + string(Append(nil, h))
		all.Go(func() {
			for range 50 {
				if got := string(Append([]byte("before "), h)); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			}
		})
	}
	all.Wait()
}

// The memory for a text is used again.
func TestFewAllocations(t *testing.T) {
	h := hdrhistogram.NewPacked(int64(time.Microsecond), int64(10*time.Minute), 3)
	for i := range int64(2000) {
		_ = h.RecordValue(i * i * 1000)
	}
	text := AppendPacked(nil, h)
	if got := testing.AllocsPerRun(20, func() { text = AppendPacked(text[:0], h) }); got > 10 {
		t.Errorf("%v allocations", got)
	}
}

func BenchmarkAppend(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	h := hdrhistogram.NewPacked(int64(time.Microsecond), int64(10*time.Minute), 3)
	for range 2000 {
		_ = h.RecordValue(int64(3e5 * math.Exp(random.NormFloat64()/2)))
	}
	b.Run("own", func(b *testing.B) {
		b.ReportAllocs()
		var text []byte
		for b.Loop() {
			text = AppendPacked(text[:0], h)
		}
		b.ReportMetric(float64(len(text)), "size")
	})
	b.Run("library", func(b *testing.B) {
		b.ReportAllocs()
		var text []byte
		for b.Loop() {
			text, _ = h.EncodeV2()
		}
		b.ReportMetric(float64(len(text)), "size")
	})
}
