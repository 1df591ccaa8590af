package benchmark

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/unified-login/assay"
	"github.com/unified-login/assay/reports/phrase"
)

// Level is what a run says of a service level: what it was judged to be or, where it was not judged by it, what the figures say.
// Figures that may be the generator's own say nothing.
func (r Report) Level(expression string) Level {
	for _, level := range r.SLO {
		if level.Expression == expression {
			return level
		}
	}
	slo, err := assay.ParseSLO(expression)
	if err != nil {
		return Level{Expression: expression, Verdict: NotKnown}
	}
	level := judged(r, slo, true)
	alone := r
	alone.SLO = []Level{level}
	if level.Verdict == DoesNotHold && len(alone.saturation()) > 0 && !alone.slowByItself() {
		level.Verdict = NotKnown
	}
	return level
}

// Rules numbers the rules by which figures become verdicts: they are followed again for a file that has the same number.
const Rules = 5

// Contradiction says in what a report contradicts itself; zero where its members agree. A file that was edited, or put together of
// several, says nothing of its target. It is a check of consistency and no proof of origin: who edits all that belongs together
// passes it. Reports of earlier versions, whose rules were others, are checked for less.
func (r Report) Contradiction() phrase.Phrase {
	checks := []func() phrase.Phrase{r.miscounted, r.mistimed, r.misjudged, r.misnamed, r.unproven}
	if r.Suite.Rules == Rules {
		checks = append(checks, r.misadded, r.misbounded, r.mixed, r.misstaged, r.misplanned, r.mistaken, r.mislisted, r.missearched, r.mislimited, r.rejudged)
	}
	for _, check := range checks {
		if found := check(); !found.IsZero() {
			return found
		}
	}
	return phrase.Phrase{}
}

// ended reports whether a run came to its end, so that what is counted at different moments has the same sums.
func (r Report) ended() bool { return !r.Interrupted && r.Error.IsZero() && r.Exchanges.Sent > 0 }

// differ says that two counts that have to be equal are not; zero if they are.
func differ(one string, a int64, other string, b int64) phrase.Phrase {
	if a == b {
		return phrase.Phrase{}
	}
	return phrase.Say(phrase.Contradicts, fmt.Sprintf("%s %d", one, a), fmt.Sprintf("%s %d", other, b))
}

// miscounted says which counts do not add up.
func (r Report) miscounted() phrase.Phrase {
	e := r.Exchanges
	if found := e.miscounted("exchanges"); !found.IsZero() {
		return found
	}
	if r.WarmUp != nil {
		if found := r.WarmUp.Exchanges.miscounted("warmUp.exchanges"); !found.IsZero() {
			return found
		}
	}
	if len(r.ByEndpoint) > 0 {
		var sum Exchanges
		for _, one := range r.ByEndpoint {
			sum = sum.Plus(one.Exchanges)
		}
		if sum.Uncompared = e.Uncompared; sum != e { // counted for both endpoints together
			return phrase.Say(phrase.Contradicts, "exchanges", "the sum of byEndpoint")
		}
	}
	if len(r.Timeline) == 0 || r.Interrupted && r.Timeline[0].Second > 0 { // a killed run keeps the last rows
		return phrase.Phrase{}
	}
	var answered, accepted, failed, wrong, aged int64
	for _, second := range r.Timeline {
		answered, accepted, failed, wrong, aged = answered+second.Answered, accepted+second.Accepted, failed+second.Failed, wrong+second.Wrong, aged+second.Aged
		parts := second.Accepted + second.Failed + second.Wrong + second.Aged
		if min(second.Answered, second.Accepted, second.Failed, second.Wrong, second.Aged, second.Answered-parts) < 0 {
			return phrase.Say(phrase.Contradicts, fmt.Sprintf("timeline answered %d", second.Answered), fmt.Sprintf("its parts in second %d", second.Second))
		}
	}
	return cmp.Or(
		differ("exchanges.sent", e.Sent, "the sum of timeline answered", answered),
		differ("exchanges.accepted and foundLate", e.Accepted+e.FoundLate, "the sum of timeline accepted", accepted),
		differ("failed exchanges", e.Failed()+e.Aged, "the sum of timeline failed", failed+aged),
		differ("incorrect exchanges", e.Incorrect()-e.FoundLate, "the sum of timeline wrong", wrong))
}

// miscounted says that the verdicts of a ledger do not add up to what was sent.
func (e Exchanges) miscounted(name string) phrase.Phrase {
	if min(e.Sent, e.Accepted, e.Uncompared, e.WrongIdentity, e.WithoutIdentity, e.DoubleRedeemed, e.BadPATsAccepted, e.ReplaysRefused, e.RacesRefused,
		e.ReplaysExcused, e.BadPATsRefused, e.FoundLate, e.WrongIdentity-e.FoundLate, e.Refused, e.Aged, e.Overloaded, e.Faults, e.InDoubt, e.Unreachable, e.UnaskedAnswers) < 0 {
		return phrase.Say(phrase.Contradicts, name, "a count below 0")
	}
	return differ(name+".sent", e.Sent, "the sum of its verdicts", e.Right()+e.Incorrect()+e.Failed()+e.Aged)
}

// misadded says which counts of attempts and of a timeline are not possible.
func (r Report) misadded() phrase.Phrase {
	all := map[string]Exchanges{"exchanges": r.Exchanges}
	if r.WarmUp != nil {
		all["warmUp.exchanges"] = r.WarmUp.Exchanges
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		e := all[name]
		for _, part := range []struct {
			name string
			n    int64
			of   string
			all  int64
		}{
			{"replaysRefused", e.ReplaysRefused + e.ReplaysExcused + e.DoubleRedeemed, "replaysSent", e.ReplaysSent},
			{"badPatsRefused", e.BadPATsRefused + e.BadPATsAccepted, "badPatsSent", e.BadPATsSent},
			{"racesRefused", e.RacesRefused, "racesSent", e.RacesSent}, {"racesSent", e.RacesSent, "replaysSent", e.ReplaysSent},
			{"uncompared", e.Uncompared, "accepted", e.Accepted}, {"refusalsFaulty", e.RefusalsFaulty, "faults", e.Faults},
			{"unaskedAnswers", e.UnaskedAnswers, "sent", e.Sent},
			{"refusalsBusy", e.RefusalsBusy, "the overloaded and those without an answer", e.Overloaded + e.InDoubt + e.Unreachable},
			{"what was refused, or failed, of what was to be refused", e.ReplaysRefused + e.ReplaysExcused + e.BadPATsRefused + e.DoubleRedeemed +
				e.BadPATsAccepted + e.RefusalsBusy + e.RefusalsFaulty, "what was sent of it", e.ToRefuse()},
		} {
			if part.n > part.all {
				return differ(name+"."+part.name, part.n, part.of, part.all)
			}
		}
	}
	var burst CatchUp
	for _, one := range r.ByEndpoint {
		burst.Exchanges, burst.Errors = burst.Exchanges+one.CatchUp.Exchanges, burst.Errors+one.CatchUp.Errors
	}
	if d := r.Generator.Delay; r.ended() && (burst != CatchUp{d.CatchUp, d.CatchUpErrors} || burst.Exchanges > r.Exchanges.Sent || burst.Errors > burst.Exchanges) {
		return phrase.Say(phrase.Contradicts, fmt.Sprintf("generator.delay.catchUp %d, catchUpErrors %d", d.CatchUp, d.CatchUpErrors), fmt.Sprintf("byEndpoint: %d, %d", burst.Exchanges, burst.Errors))
	}
	for _, one := range r.Compared {
		if one.Compared > one.Answers {
			return differ("compared."+one.Member, one.Compared, "its answers", one.Answers)
		}
	}
	return phrase.Phrase{}
}

// mislisted says which verdict the list of errors has another number of.
func (r Report) mislisted() phrase.Phrase {
	listed := map[string]int64{}
	for _, one := range r.Errors {
		verdict := one.Verdict
		if verdict == "aged" {
			verdict = "refused" // which of them aged is known of both phases together
		}
		listed[verdict] += one.Count - one.WarmUp
	}
	if _, more := listed["other"]; more || !r.ended() {
		return phrase.Phrase{}
	}
	e := r.Exchanges
	for _, verdict := range []struct {
		name string
		n    int64
	}{
		{"wrongIdentity", e.WrongIdentity}, {"withoutIdentity", e.WithoutIdentity}, {"doubleRedeemed", e.DoubleRedeemed}, {"badPatAccepted", e.BadPATsAccepted},
		{"refused", e.Refused + e.Aged}, {"overloaded", e.Overloaded}, {"fault", e.Faults}, {"inDoubt", e.InDoubt}, {"unreachable", e.Unreachable},
	} {
		if found := differ("exchanges: "+verdict.name, verdict.n, "the sum of errors", listed[verdict.name]); !found.IsZero() {
			return found
		}
	}
	return phrase.Phrase{}
}
