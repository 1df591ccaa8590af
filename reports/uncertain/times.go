package uncertain

import (
	"math/bits"
	"time"
)

// The bars of [Times] are those of an [hdrhistogram.Histogram] from a microsecond to ten minutes with two digits: values below 2^8 units of
// 512 ns have bars of one unit, and every doubling above has 2^7 bars.
const (
	shortest = time.Microsecond
	longest  = 10 * time.Minute

	unitBits = 9 // of the nanoseconds of a unit
	pageBits = 7 // of the bars of a doubling
	page     = 1 << pageBits
	pages    = 25 // up to ten minutes; the first two are below 2^8 units
)

// Times is a histogram of times. It takes memory for those doublings alone in which there are some, a kilobyte each: a run keeps hundreds of
// these. The zero value is empty. It is not safe for concurrent use.
type Times struct {
	pages [pages]*[page]int64
	count int64
}

// Count is the number of times; 0 of nil.
func (t *Times) Count() int64 {
	if t == nil {
		return 0
	}
	return t.count
}

// Record counts a time, from 0 to ten minutes, and returns it as it was counted: any other counts as the nearest of these.
func (t *Times) Record(of time.Duration) time.Duration {
	of = max(0, min(of, longest))
	units := uint64(of) >> unitBits
	doubling := max(0, bits.Len64(units)-pageBits-1)
	bar := units >> doubling
	in := &t.pages[doubling+int(bar>>pageBits)]
	if *in == nil {
		*in = new([page]int64)
	}
	(*in)[bar%page]++
	t.count++
	return of
}

// add adds the times of another, which stays as it is; nil has none.
func (t *Times) add(o *Times) {
	if o == nil {
		return
	}
	t.count += o.count
	for i, from := range o.pages {
		switch {
		case from == nil:
		case t.pages[i] == nil:
			own := *from
			t.pages[i] = &own
		default:
			for bar, n := range from {
				t.pages[i][bar] += n
			}
		}
	}
}

// curve is the cumulative distribution.
func (t *Times) curve() (c curve) {
	if t == nil {
		return nil
	}
	const usual = 256 // bins
	c = make(curve, 0, usual)
	for i, counts := range t.pages {
		if counts == nil {
			continue
		}
		doubling, first := max(0, i-1), int64(page)
		if i == 0 {
			first = 0
		}
		for bar, n := range counts {
			if n > 0 {
				from := (first + int64(bar)) << (doubling + unitBits)
				c = append(c, bin{from, from + 1<<(doubling+unitBits) - 1, n, c.count() + n})
			}
		}
	}
	return c
}
