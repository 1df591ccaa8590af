package compare

import (
	"math/rand/v2"
	"slices"
)

// A sampler draws a side again, with replacement, and tells the median. It knows values by their ranks, which it counts
// instead of sorting them anew: a run of a day has 86 400 seconds, and is drawn thousands of times.
type sampler struct {
	runs   [][]int
	values []float64 // by rank
	counts []int     // of the ranks that are drawn
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

// median draws as many runs as there are, and of each as many blocks as it is long.
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

// at is the value that so many of those drawn come before.
func (s *sampler) at(before int) float64 {
	for rank, count := range s.counts {
		if before -= count; before < 0 {
			return s.values[rank]
		}
	}
	return 0
}
