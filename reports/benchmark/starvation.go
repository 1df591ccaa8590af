package benchmark

import (
	"slices"

	"github.com/unified-login/assay/reports/phrase"
)

// starvedShare of the time that exchanges took may have been a wait for codes, and agedShare of the codes may have become too old.
const starvedShare, agedShare = 0.01, 0.01

// starvation says that exchanges waited for codes, and why; empty if they did not wait long enough to matter: how many of them
// found no code at once says nothing.
func (r Report) starvation() []phrase.Phrase {
	codes := r.Generator.Codes
	waited := float64(codes.Starved) * codes.StarvedMean
	all := r.All.Mean * float64(r.All.Samples)
	if r.Plan.Shape == Closed {
		all += waited // which the times of a closed loop leave out
	} else if codes.StarvedMean <= lateAlways {
		return nil
	}
	switch {
	case waited <= starvedShare*all:
		return nil
	case float64(codes.Aged) > agedShare*float64(codes.Minted):
		return []phrase.Phrase{phrase.Say(phrase.CodesAged, codes.Starved, Duration(codes.StarvedMean), codes.Aged)}
	case codes.Held > 0:
		return []phrase.Phrase{phrase.Say(phrase.CodesHeld, codes.Starved, Duration(codes.StarvedMean), r.Plan.Users, codes.Held, Duration(codes.MintMean), codes.UsersNeeded)}
	default:
		return []phrase.Phrase{phrase.Say(phrase.CodesAwaited, codes.Starved, Duration(codes.StarvedMean))}
	}
}

// Starved reports whether exchanges waited for codes for long enough to matter.
func (r Report) Starved() bool { return len(r.starvation()) > 0 }

// generators says why the service levels of an incorrect run say more of the generator than of the target; empty if they do not.
func (r Report) generators() []phrase.Phrase {
	if r.slowByItself() {
		return nil
	}
	return r.saturation()
}

// blamed are the reasons of an incorrect run: how correctness was broken and, if the generator did not keep up, why.
func (r Report) blamed() []phrase.Phrase {
	return slices.Concat(r.breaches(), r.generators())
}
