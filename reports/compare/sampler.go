package compare

import (
	"math/rand/v2"
	"slices"
)

// A sampler resamples a side with replacement and returns the median. It counts ranks instead of sorting every sample: a run of
// a day has 86 400 seconds, and is sampled thousands of times.
type sampler struct {
	runs   [][]int
	values []float64 // by rank
	counts []int     // of drawn values, by rank
}

func newSampler(runs [][]float64) *sampler {
	values := slices.Concat(runs...)
	slices.Sort(values)
	values = slices.Compact(values)
	s := &sampler{runs: make([][]int, len(runs)), values: values, counts: make([]int, len(values))}
	for i, run := range runs {
		s.runs[i] = make([]int, len(run))
		for j, value := range run {
			s.runs[i][j], _ = slices.BinarySearch(values, value)
		}
	}
	return s
}

// median draws as many runs as the side has, and from each as many blocks as make its length.
func (s *sampler) median(random *rand.Rand) float64 {
	clear(s.counts)
	drawn := 0
	for range s.runs {
		run := s.runs[random.IntN(len(s.runs))]
		for n := 0; n < len(run); n += block {
			from := random.IntN(max(1, len(run)-block+1))
			for _, rank := range run[from:min(len(run), from+min(block, len(run)-n))] {
				s.counts[rank]++
				drawn++
			}
		}
	}
	if drawn == 0 {
		return 0
	}
	return (s.at((drawn-1)/2) + s.at(drawn/2)) / 2
}

// at is the drawn value that has that many drawn values before it.
func (s *sampler) at(before int) float64 {
	for rank, count := range s.counts {
		if before -= count; before < 0 {
			return s.values[rank]
		}
	}
	return 0
}
