// Package hdrtext writes histograms as HdrHistogram logs have them: in its encoding V2, compressed, as base64.
//
// The library's own encoder makes 660 KB of garbage for each histogram, most of it a compressor, and a load run writes ten of them every
// few seconds: clearing that memory took longer than all the rest, and arrivals were late meanwhile. Here one compressor serves all.
package hdrtext

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"io"
	"iter"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/unified-login/assay/internal/bars"
)

// The first four bytes of a histogram, and of a compressed one: the library's numbers, with the width of the counts.
const (
	cookie     = uint32(hdrhistogram.V2EncodingCookieBase) | 0x10
	compressed = uint32(hdrhistogram.V2CompressedEncodingCookieBase) | 0x10
)

// header is the size of what is before the counts, and its last eight bytes are the ratio 1.
const (
	header   = hdrhistogram.ENCODING_HEADER_SIZE
	ratioOne = 0x3ff0000000000000
)

// An encoder has the memory for one histogram at a time.
type encoder struct {
	plain   []byte // header and counts
	packed  bytes.Buffer
	deflate *zlib.Writer
}

// spare is the encoder that nobody uses. A sync.Pool would lose it before the next checkpoint of a run.
var spare = make(chan *encoder, 1)

// Append appends a histogram.
func Append(to []byte, h *hdrhistogram.Histogram) []byte {
	return appendText(to, bars.ShapeOf(h), bars.Of(h))
}

// AppendPacked is [Append] of a histogram that keeps the bars alone that are not empty.
func AppendPacked(to []byte, h *hdrhistogram.PackedHistogram) []byte {
	return appendText(to, bars.ShapeOf(h), bars.Packed(h))
}

func appendText(to []byte, shape bars.Shape, all iter.Seq[hdrhistogram.Bar]) []byte {
	e := take()
	defer e.giveBack()
	e.plain = appendPlain(e.plain[:0], shape, all)
	e.packed.Reset()
	_, _ = e.packed.Write(make([]byte, 8)) // the cookie and the length
	e.deflate.Reset(&e.packed)
	_, _ = e.deflate.Write(e.plain) // a buffer takes everything
	_ = e.deflate.Close()
	text := e.packed.Bytes()
	binary.BigEndian.PutUint32(text, compressed)
	binary.BigEndian.PutUint32(text[4:], uint32(len(text)-8))
	return base64.StdEncoding.AppendEncode(to, text)
}

func take() *encoder {
	select {
	case e := <-spare:
		return e
	default:
		deflate, _ := zlib.NewWriterLevel(io.Discard, zlib.BestCompression) // which is a level
		return &encoder{deflate: deflate}
	}
}

func (e *encoder) giveBack() {
	select {
	case spare <- e:
	default:
	}
}

// appendPlain appends a histogram before its compression: its shape, and its counts up to the last that is not 0. Of two or more zeros in
// a row there is their number alone, below 0.
func appendPlain(to []byte, shape bars.Shape, all iter.Seq[hdrhistogram.Bar]) []byte {
	from := len(to)
	to = binary.BigEndian.AppendUint32(to, cookie)
	to = append(to, 0, 0, 0, 0) // the size of the counts
	to = binary.BigEndian.AppendUint32(to, 0)
	to = binary.BigEndian.AppendUint32(to, uint32(shape.Digits))
	to = binary.BigEndian.AppendUint64(to, uint64(shape.Lowest))
	to = binary.BigEndian.AppendUint64(to, uint64(shape.Highest))
	to = binary.BigEndian.AppendUint64(to, ratioOne)
	next := 0
	for bar := range all {
		at := shape.Index(bar.From)
		to = appendZeros(to, at-next)
		to = appendNumber(to, bar.Count)
		next = at + 1
	}
	if next == 0 {
		to = appendNumber(to, 0) // the library writes the first count of an empty one
	}
	binary.BigEndian.PutUint32(to[from+4:], uint32(len(to)-from-header))
	return to
}

func appendZeros(to []byte, n int) []byte {
	switch n {
	case 0:
		return to
	case 1:
		return append(to, 0)
	default:
		return appendNumber(to, -int64(n))
	}
}

// appendNumber appends a number in seven bits a byte, the lowest first, with its sign in the lowest bit. The ninth byte, if there is one,
// has eight.
func appendNumber(to []byte, n int64) []byte {
	const most = 8 // bytes with seven bits
	left := uint64(n<<1) ^ uint64(n>>63)
	for range most {
		if left < 0x80 {
			return append(to, byte(left))
		}
		to = append(to, byte(left)|0x80)
		left >>= 7
	}
	return append(to, byte(left))
}
