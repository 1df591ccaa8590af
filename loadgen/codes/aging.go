package codes

import "time"

// AgeStep is the precision of the ages that codes have when the target answers them. Ages from unknownStale on are not distinguished.
const AgeStep = 10 * time.Millisecond

const (
	ageSteps = int(unknownStale / AgeStep)
	// fewestOld and fewestYoung are how many codes have to be refused and accepted before an age explains it, and nearly are those of
	// twenty that it has to explain. From then on, fewestAfter young codes have to be accepted, and fewestProbes of the probes, which
	// are old codes among them, refused.
	fewestOld, fewestYoung, fewestAfter, nearly, fewestProbes, probes = 5, 5, 10, 19, 3, 5
	// probeEvery is of how many codes one is a probe.
	probeEvery = 4
	// lookEvery is how many refusals are between two looks at the ages, and mostRefusals the number after which nobody looks.
	lookEvery, mostRefusals = 5, 2000
)

// An aging finds out at which age the target refuses codes whose lifetime is not known. A code that waited too long in the buffer is
// refused through no fault of the target; but a target that refuses at random, or for a while, does it to young codes as well. So an
// age counts only if nearly all codes below it were accepted and nearly all others refused, and if that goes on when codes below half
// of it are sent, and a few old ones among them.
type aging struct {
	accepted, refused [ageSteps]int32 // by age
	refusals          int
	limit             int   // the step from which on codes are refused; 0 if none is known
	since             trial // of the codes below it and of the others
	refuted           bool
	probes            []Code // to be sent
	taken             int    // codes, since the last probe
}

// note counts an answer to a code of an age. It reports whether the limit is another one now.
func (a *aging) note(step int, accepted bool) (changed bool) {
	if a.limit > 0 {
		return a.noteLater(step < a.limit, accepted)
	}
	if accepted {
		a.accepted[step]++
		return false
	}
	a.refused[step]++
	a.refusals++
	if a.refuted || a.refusals%lookEvery != 0 || a.refusals > mostRefusals {
		return false
	}
	a.limit = a.explains()
	return a.limit > 0
}

// noteLater counts an answer since the limit is known. If too many young codes are refused or old ones accepted, age is not the reason.
func (a *aging) noteLater(young, accepted bool) (changed bool) {
	if a.since.note(young, accepted); !a.since.refuted() {
		return false
	}
	a.limit, a.refuted, a.probes = 0, true, nil
	return true
}

// explains is the lowest age that explains the refusals; 0 for none.
func (a *aging) explains() (limit int) {
	var old, young [2]int // accepted and refused
	for step := range ageSteps {
		young[0] += int(a.accepted[step])
		young[1] += int(a.refused[step])
	}
	for step := ageSteps - 1; step > 0; step-- {
		accepted, refused := int(a.accepted[step]), int(a.refused[step])
		old[0], old[1], young[0], young[1] = old[0]+accepted, old[1]+refused, young[0]-accepted, young[1]-refused
		enough := old[1] >= fewestOld && young[0] >= fewestYoung
		if refused > 0 && enough && old[1] >= nearly*old[0] && young[0] >= nearly*young[1] {
			limit = step
		}
	}
	return limit
}

// expiry is the step from which on codes are refused; 0 if that is not sure.
func (a *aging) expiry() int {
	if a == nil || !a.since.confirmed() {
		return 0
	}
	return a.limit
}

// keep keeps a code that is too old to be sent, as a probe.
func (a *aging) keep(c Code) {
	if a != nil && a.limit > 0 && len(a.probes) < probes && a.since.oldRefused < probes {
		a.probes = append(a.probes, c)
	}
}

// probe returns an old code that it is time for; false for none.
func (a *aging) probe(now time.Time) (c Code, due bool) {
	if a == nil || len(a.probes) == 0 {
		return Code{}, false
	}
	if a.taken++; a.taken < probeEvery || now.Sub(a.probes[0].asked()) < time.Duration(a.limit+1)*AgeStep {
		return Code{}, false
	}
	c, a.probes, a.taken = a.probes[0], a.probes[1:], 0
	return c, true
}

// Answered notes that a code was accepted or refused, for the first time, after it was sent at a moment. It returns the age of the
// code in steps, less than 0 if its lifetime is known, and which newer ones of its user may have ended it. If codes are refused
// for their age or for newer ones, the buffer becomes smaller at once. pending tells of a refusal later which ones these are; nil if
// that is known.
func (b *Buffer) Answered(c *Code, sent time.Time, accepted bool) (step int, newer Superseding, pending *Pending) {
	if c.stale.IsZero() && b.settled.Load() {
		return -1, NotSuperseded, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	newer, pending = b.supersede(c, accepted)
	if c.stale.IsZero() {
		return -1, newer, pending
	}
	step = min(max(0, int(sent.Sub(c.asked())/AgeStep)), ageSteps-1)
	if b.aging == nil {
		b.aging = &aging{}
	}
	if b.aging.note(step, accepted) {
		b.learned.Store(int64(b.aging.limit) * int64(AgeStep))
		if b.demand.live(b.lifetime()); b.aging.limit == 0 {
			b.demand.span = unknownSpan
		}
		b.wakeMinter()
	}
	return step, newer, pending
}

// Expiry is the age, in steps, from which on the target refuses codes whose lifetime is not known; 0 if it does not.
func (b *Buffer) Expiry() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.aging.expiry()
}

// lifetime is how long codes live, as far as their refusals tell; 0 if they do not.
func (b *Buffer) lifetime() time.Duration { return time.Duration(b.learned.Load()) }

// asked is when the driver was asked for a code whose lifetime is not known.
func (c *Code) asked() time.Time { return c.stale.Add(-unknownStale) }
