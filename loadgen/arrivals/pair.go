package arrivals

import "time"

// Pair returns the arrivals of s that one of two sides gets, which share them in pairs: of every two that follow each other, a coin of the
// seed says which goes to the first side. What happens at any time happens to both, and neither has a place in an order that the
// other has not. A last arrival without a partner goes to one side, too. The two sides of one seed have all of s, each arrival once.
func Pair(s Schedule, seed uint64, second bool) Schedule {
	return pair{whole: s, seed: seed, second: second}
}

// A pair is one side of a schedule that two share.
type pair struct {
	whole  Schedule
	seed   uint64
	second bool
}

func (p pair) At(n int) time.Duration { return p.whole.At(2*n + p.place(n)) }

func (p pair) Len() int {
	n := p.whole.Len()
	if n%2 == 1 && p.place(n/2) == 0 {
		return n/2 + 1
	}
	return n / 2
}

func (p pair) Rate(t time.Duration) float64 { return p.whole.Rate(t) / 2 }

// place is which arrival of pair n the side gets, 0 or 1.
func (p pair) place(n int) int {
	if heads := mixed(p.seed+uint64(n))&1 == 1; heads != p.second {
		return 0
	}
	return 1
}

// mixed is splitmix64 (Steele, Lea and Flood 2014): its bits are as good as random, also of numbers in sequence.
func mixed(x uint64) uint64 {
	x *= 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
