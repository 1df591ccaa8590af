package arrivals

import (
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// A Pacer makes one [vegeta.Attacker] follow a schedule, in one attack without a duration of its own: the pacer ends it
// after the last arrival. It is used once.
type Pacer struct {
	schedule Schedule
	began    time.Time
}

var _ vegeta.Pacer = (*Pacer)(nil)

// NewPacer returns a pacer for the schedule s.
func NewPacer(s Schedule) *Pacer { return &Pacer{schedule: s} }

// Pace implements [vegeta.Pacer]. An attacker calls it once a hit and in order, but tells nobody when it began: that is
// worked out from what has elapsed by the first call.
func (p *Pacer) Pace(elapsed time.Duration, hits uint64) (wait time.Duration, stop bool) {
	if p.began.IsZero() {
		p.began = time.Now().Add(-elapsed)
	}
	if hits >= uint64(p.schedule.Len()) {
		return 0, true
	}
	return time.Until(p.Intended(hits)), false
}

// Rate implements [vegeta.Pacer].
func (p *Pacer) Rate(elapsed time.Duration) float64 { return p.schedule.Rate(elapsed) }

// Intended is when the hit with the sequence number seq of a [vegeta.Result] was due. It may be asked from the hit on:
// from its Targeter, its RoundTripper, or whoever receives its result.
func (p *Pacer) Intended(seq uint64) time.Time { return p.began.Add(p.schedule.At(int(seq))) }
