package arrivals

import (
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// A Pacer makes a [vegeta.Attacker] follow a schedule. It is for one attack, with the duration 0: the pacer ends the attack
// after the last arrival.
type Pacer struct {
	schedule Schedule
	began    time.Time
}

var _ vegeta.Pacer = (*Pacer)(nil)

// NewPacer returns a pacer for s.
func NewPacer(s Schedule) *Pacer { return &Pacer{schedule: s} }

// Pace implements [vegeta.Pacer]. An attacker calls it once a hit, in order. It does not say when the attack began, which
// follows from the time that has elapsed at the first call.
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

// Intended is when the hit with the sequence number seq of a [vegeta.Result] was due. It is defined as soon as the hit begins:
// in the Targeter, in the RoundTripper, and for its result. Response times count from here.
func (p *Pacer) Intended(seq uint64) time.Time { return p.began.Add(p.schedule.At(int(seq))) }
